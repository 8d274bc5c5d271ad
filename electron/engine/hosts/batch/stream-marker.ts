/** Drops what a login prints before the marker line of `streamProgram`, then passes everything on. */
export async function* afterMarker(output: AsyncIterable<Uint8Array>, token: string): AsyncGenerator<Uint8Array> {
  const marker = Buffer.from(`\n${token}\n`);
  let head: Buffer | null = Buffer.from('\n');
  for await (const chunk of output) {
    if (!head) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const at = head.indexOf(marker);
    if (at < 0) {
      head = Buffer.from(head.subarray(Math.max(0, head.length - marker.length)));
      continue;
    }
    const rest = head.subarray(at + marker.length);
    head = null;
    if (rest.length > 0) yield rest;
  }
}
