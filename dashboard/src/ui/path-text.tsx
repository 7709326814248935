import { Fragment } from "react";

/** A path that may break after each slash, and copies as it is. */
export function PathText({ path }: { path: string }) {
  const parts = path.split("/");
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts are told apart by their place alone
    <Fragment key={index}>
      {part}
      {index < parts.length - 1 && "/"}
      <wbr />
    </Fragment>
  ));
}
