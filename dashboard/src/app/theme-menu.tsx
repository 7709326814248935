import { Monitor, Moon, Sun } from "lucide-react";
import { setTheme, useTheme } from "../lib/theme.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, MenuGroup, MenuRadioGroup } from "../ui/menu.tsx";

const ICONS = { system: <Monitor />, light: <Sun />, dark: <Moon /> } as const;

const OPTIONS = [
  { value: "system", label: "System", icon: ICONS.system },
  { value: "light", label: "Light", icon: ICONS.light },
  { value: "dark", label: "Dark", icon: ICONS.dark },
] as const;

export function ThemeMenu({ side }: { side: "top" | "bottom" }) {
  const theme = useTheme();
  return (
    <Menu side={side} trigger={<IconButton size="sm" label="Theme" icon={ICONS[theme]} tooltipSide={side} />}>
      <MenuGroup label="Theme">
        <MenuRadioGroup value={theme} onValueChange={setTheme} options={OPTIONS} />
      </MenuGroup>
    </Menu>
  );
}
