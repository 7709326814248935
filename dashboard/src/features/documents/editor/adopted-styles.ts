import { StyleModule } from "style-mod";

/**
 * Lets CodeMirror keep its styles in an adopted style sheet, as it does in a shadow root: the page's policy allows no
 * <style>. Its style-mod remembers per root, under a symbol, where styles go. Before the first editor is made.
 */
export function adoptStyles(): void {
  const shadow = document.createElement("div").attachShadow({ mode: "open" });
  StyleModule.mount(shadow, []);
  for (const key of Object.getOwnPropertySymbols(shadow)) Reflect.set(document, key, Reflect.get(shadow, key));
}
