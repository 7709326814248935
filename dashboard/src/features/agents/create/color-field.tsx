import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { Check } from "lucide-react";
import { useId } from "react";
import { Tooltip } from "../../../ui/tooltip.tsx";
import { AGENT_COLORS } from "../agent-colors.ts";

type ColorFieldProps = { value: string; onValueChange: (color: string) => void };

/** One of eight colours, by arrow keys or a press. */
export function ColorField({ value, onValueChange }: ColorFieldProps) {
  const labelId = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <span id={labelId} className="font-medium text-ink text-sm">
        Colour
      </span>
      <RadioGroup
        aria-labelledby={labelId}
        value={value}
        onValueChange={onValueChange}
        className="flex flex-wrap gap-1.5"
      >
        {AGENT_COLORS.map((color) => (
          <Tooltip key={color.value} text={color.label}>
            <Radio.Root
              value={color.value}
              aria-label={color.label}
              className="grid size-7 cursor-pointer place-items-center rounded-full border border-transparent text-on-accent transition-[scale] hover:scale-110 data-checked:ring-2 data-checked:ring-ink data-checked:ring-offset-2 data-checked:ring-offset-raised"
              style={{ backgroundColor: color.value }}
            >
              <Radio.Indicator>
                <Check aria-hidden className="size-3.5" strokeWidth={3} />
              </Radio.Indicator>
            </Radio.Root>
          </Tooltip>
        ))}
      </RadioGroup>
    </div>
  );
}
