/** Text as one line, because a paste brings line breaks that the purpose may not hold. */
export function asOneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, " ");
}
