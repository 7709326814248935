import { LogOut } from "lucide-react";
import { signOut } from "../lib/session.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, MenuGroup, MenuItem } from "../ui/menu.tsx";

export function AccountMenu({ email, side }: { email: string; side: "top" | "bottom" }) {
  const initial = email.slice(0, 1).toUpperCase() || "?";
  const avatar = (
    <span className="grid size-6 place-items-center rounded-full bg-accent-soft font-semibold text-2xs text-accent-ink">
      {initial}
    </span>
  );
  return (
    <Menu side={side} trigger={<IconButton size="sm" label="Account" icon={avatar} tooltipSide={side} />}>
      <MenuGroup label={email}>
        <MenuItem icon={<LogOut />} onSelect={() => void signOut()}>
          Sign out
        </MenuItem>
      </MenuGroup>
    </Menu>
  );
}
