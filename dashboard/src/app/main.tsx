import "../lib/zod-without-eval.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "../lib/query-client.ts";
import { onPersonChange, startSession } from "../lib/session.ts";
import { Toaster } from "../ui/toaster.tsx";
import { App } from "./app.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";

const root = document.querySelector("#root");
if (root === null) throw new Error("The page has no #root");

onPersonChange(() => queryClient.clear());
startSession();

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <Toaster>
          <App />
        </Toaster>
      </QueryClientProvider>
    </ErrorBoundary>
  </StrictMode>,
);
