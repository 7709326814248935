/** Eight colours that carry an emoji well on light and on dark. */
export const AGENT_COLORS = [
  { value: "#6366f1", label: "Indigo" },
  { value: "#0ea5e9", label: "Sky" },
  { value: "#14b8a6", label: "Teal" },
  { value: "#22c55e", label: "Green" },
  { value: "#f59e0b", label: "Amber" },
  { value: "#f97316", label: "Orange" },
  { value: "#ec4899", label: "Pink" },
  { value: "#8b5cf6", label: "Violet" },
] as const;

/** A colour for the agent with this index, all of them in turn. */
export function colorInTurn(index: number): string {
  return AGENT_COLORS[index % AGENT_COLORS.length]?.value ?? AGENT_COLORS[0].value;
}
