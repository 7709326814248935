import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { type ReactElement, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { classNames } from "./class-names.ts";
import type { Fate } from "./menu.tsx";

type RootProps = {
  trigger: ReactElement;
  fate: Fate;
  side: "top" | "right" | "bottom" | "left";
  align: "start" | "center" | "end";
  children: ReactNode;
};

export function Root({ trigger, fate, side, align, children }: RootProps) {
  const button = useRef<HTMLButtonElement>(null);
  // In the landmark of its button, so that a screen reader knows where it is.
  const [landmark, setLandmark] = useState<HTMLElement>();
  useLayoutEffect(() => {
    setLandmark(button.current?.closest<HTMLElement>("main, aside, header") ?? undefined);
    if (fate.hadFocus) button.current?.focus({ preventScroll: true });
    if (fate.wasPressed) button.current?.click();
    fate.hadFocus = false;
    fate.wasPressed = false;
  }, [fate]);
  return (
    <Menu.Root>
      <Menu.Trigger ref={button} render={trigger} />
      <Menu.Portal container={landmark}>
        <Menu.Positioner side={side} align={align} sideOffset={6} collisionPadding={8} className="z-50 outline-hidden">
          <Menu.Popup className="min-w-44 max-w-80 origin-(--transform-origin) rounded-lg border border-line bg-raised p-1 shadow-floating outline-hidden transition-[scale,opacity] duration-100 data-ending-style:scale-[0.98] data-starting-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:opacity-0">
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

const item =
  "flex min-h-8 cursor-pointer select-none items-center gap-2.5 rounded-sm px-2 text-ink text-sm outline-hidden data-disabled:cursor-not-allowed data-disabled:opacity-50 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0";

type ItemProps = {
  onSelect: () => void;
  icon?: ReactNode;
  isDanger?: boolean | undefined;
  disabled?: boolean | undefined;
  children: ReactNode;
};

export function Item({ onSelect, icon, isDanger, disabled = false, children }: ItemProps) {
  return (
    <Menu.Item
      onClick={onSelect}
      disabled={disabled}
      className={classNames(item, isDanger ? "text-danger data-highlighted:bg-danger-soft" : "[&_svg]:text-quiet")}
    >
      {icon}
      {children}
    </Menu.Item>
  );
}

type RadioGroupProps = {
  value: string;
  onValueChange: (value: string) => void;
  options: readonly { value: string; label: string; icon?: ReactNode }[];
};

export function RadioGroup({ value, onValueChange, options }: RadioGroupProps) {
  return (
    <Menu.RadioGroup value={value} onValueChange={(chosen: unknown) => onValueChange(String(chosen))}>
      {options.map((option) => (
        <Menu.RadioItem
          key={option.value}
          value={option.value}
          closeOnClick
          className={classNames(item, "[&_svg]:text-quiet")}
        >
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <Menu.RadioItemIndicator>
            <Check aria-hidden />
          </Menu.RadioItemIndicator>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

export function Group({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <Menu.Group>
      <Menu.GroupLabel className="truncate px-2 py-1.5 text-quiet text-xs">{label}</Menu.GroupLabel>
      {children}
    </Menu.Group>
  );
}
