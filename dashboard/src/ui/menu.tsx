import { useRender } from "@base-ui/react/use-render";
import { type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { loadMenuParts, useMenuParts } from "./use-menu-parts.ts";

type MenuProps = {
  /** The button that opens it: a Button or an IconButton. */
  trigger: ReactElement;
  /** MenuItem, MenuRadioGroup, MenuGroup. */
  children: ReactNode;
  side?: "top" | "right" | "bottom" | "left" | undefined;
  align?: "start" | "center" | "end" | undefined;
};

/** A button with a menu. The menu's code is fetched after the first page stands, or when somebody comes near a button. */
export function Menu({ trigger, children, side = "bottom", align = "end" }: MenuProps) {
  const parts = useMenuParts();
  const before = useRef({ hadFocus: false, wasPressed: false });
  if (parts === undefined) return <EarlyTrigger trigger={trigger} fate={before.current} />;
  return (
    <parts.Root side={side} align={align} trigger={trigger} fate={before.current}>
      {children}
    </parts.Root>
  );
}

/** What befell a button before the menu's code was there; the button that takes its place makes it good. */
export type Fate = { hadFocus: boolean; wasPressed: boolean };

function EarlyTrigger({ trigger, fate }: { trigger: ReactElement; fate: Fate }) {
  const button = useRef<HTMLElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => void loadMenuParts(), 1_500);
    return () => clearTimeout(timer);
  }, []);
  useLayoutEffect(() => {
    const element = button.current;
    return () => {
      fate.hadFocus = element !== null && element === document.activeElement;
    };
  }, [fate]);
  return useRender({
    render: trigger,
    ref: button,
    props: {
      "aria-haspopup": "menu",
      "aria-expanded": false,
      onPointerEnter: () => void loadMenuParts(),
      onFocus: () => void loadMenuParts(),
      onClick: () => {
        fate.wasPressed = true;
        void loadMenuParts();
      },
    },
  });
}

type MenuItemProps = {
  onSelect: () => void;
  icon?: ReactNode;
  isDanger?: boolean | undefined;
  disabled?: boolean | undefined;
  children: ReactNode;
};

export function MenuItem(props: MenuItemProps) {
  const parts = useMenuParts();
  return parts && <parts.Item {...props} />;
}

type MenuRadioGroupProps<Value extends string> = {
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
};

/** One of a few; choosing closes the menu. */
export function MenuRadioGroup<Value extends string>({ value, onValueChange, options }: MenuRadioGroupProps<Value>) {
  const parts = useMenuParts();
  const choose = (chosen: string) => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option !== undefined) onValueChange(option.value);
  };
  return parts && <parts.RadioGroup value={value} onValueChange={choose} options={options} />;
}

/** A line about what follows; names the group it stands in. */
export function MenuGroup(props: { label: ReactNode; children: ReactNode }) {
  const parts = useMenuParts();
  return parts && <parts.Group {...props} />;
}
