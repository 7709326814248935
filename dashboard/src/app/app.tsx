import { lazy, Suspense } from "react";
import { Router } from "wouter";
import { UnreachablePage } from "../features/session/unreachable-page.tsx";
import { askGuard } from "../lib/leave-guard.ts";
import { useSession } from "../lib/session.ts";
import { LoadingPage } from "./loading-page.tsx";
import { Routes } from "./routes.tsx";
import { Shell } from "./shell.tsx";

const SignInPage = lazy(async () => ({ default: (await import("../features/session/sign-in-page.tsx")).SignInPage }));

/** Without a session the address stays as it is, so that after signing in one is where one wanted to be. */
export function App() {
  const session = useSession();
  switch (session.status) {
    case "loading":
      return <LoadingPage />;
    case "unreachable":
      return <UnreachablePage />;
    case "signed-out":
      return (
        <Suspense fallback={<LoadingPage />}>
          <SignInPage reason={session.reason} />
        </Suspense>
      );
    case "signed-in":
      return (
        <Router aroundNav={askGuard}>
          <Shell key={session.userId} email={session.email}>
            <Routes />
          </Shell>
        </Router>
      );
  }
}
