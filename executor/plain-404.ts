/**
 * A `fetch` whose 404 is a failure whatever its body: the Supabase client takes an empty one for success, and one that holds
 * a list for an empty result, so that a gateway without a database behind it would confirm what nobody has stored.
 */
export function plain404(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const answer = await send(input, init);
    if (answer.status !== 404) return answer;
    const body = await answer.text();
    if (body.startsWith("{")) return new Response(body, answer);
    return Response.json({ message: `Nothing is there: ${body.slice(0, 200)}` }, { status: 404 });
  };
}
