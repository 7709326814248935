/** The id of the element that shows a request's details. */
export function detailsId(requestId: string): string {
  return `details-${requestId}`;
}
