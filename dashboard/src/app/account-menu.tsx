import { useQuery } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { useSignOut } from "../features/session/use-sign-out.tsx";
import { useAccess } from "../lib/access.ts";
import { projectsQuery } from "../lib/fleet/queries.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, MenuGroup, MenuItem } from "../ui/menu.tsx";
import { roleLines } from "./role-lines.ts";

export function AccountMenu({ email, side }: { email: string; side: "top" | "bottom" }) {
  const { leave, question } = useSignOut();
  const initial = email.slice(0, 1).toUpperCase() || "?";
  const avatar = (
    <span className="grid size-6 place-items-center rounded-full bg-accent-soft font-semibold text-2xs text-accent-ink">
      {initial}
    </span>
  );
  return (
    <>
      <Menu side={side} trigger={<IconButton size="sm" label="Account" icon={avatar} tooltipSide={side} />}>
        <MenuGroup label={<Person email={email} />}>
          <MenuItem icon={<LogOut />} onSelect={leave}>
            Sign out
          </MenuItem>
        </MenuGroup>
      </Menu>
      {question}
    </>
  );
}

/** Who is signed in, and what they are here. */
function Person({ email }: { email: string }) {
  const lines = roleLines(useAccess(), useQuery(projectsQuery).data ?? []);
  return (
    <>
      <span className="block truncate font-medium text-ink">{email}</span>
      {lines.map((line) => (
        <span key={line} className="block truncate">
          {line}
        </span>
      ))}
    </>
  );
}
