import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

/** A grey shape where something will be: give it a size. Around a group of them say `aria-busy` and what is loading. */
export function Skeleton({ className, ...rest }: ComponentProps<"div">) {
  return (
    <div
      aria-hidden
      {...rest}
      className={classNames(
        "animate-shimmer rounded-sm bg-[length:200%_100%] bg-sunken bg-linear-to-r from-sunken via-hover to-sunken",
        className,
      )}
    />
  );
}
