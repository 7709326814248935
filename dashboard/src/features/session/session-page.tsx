import type { ReactNode } from "react";

/** A small page in the middle, for whoever is not signed in. */
export function SessionPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-92 animate-rise">
        <img src="/mark.svg" alt="" width={40} height={40} className="size-10" />
        <h1 className="mt-5 mb-6 font-semibold text-2xl tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}
