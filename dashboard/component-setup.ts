import { afterEach, beforeEach, expect, vi } from "vitest";
import "./src/app/page.css";

let said: string[];

// React says on the console what is wrong with a component.
beforeEach(() => {
  said = [];
  for (const level of ["error", "warn"] as const) {
    vi.spyOn(console, level).mockImplementation((...parts) => void said.push(`console.${level}: ${parts.join(" ")}`));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(said).toEqual([]);
});
