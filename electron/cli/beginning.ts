import { fstatSync } from 'node:fs';

/** Reads until there is enough, however much more there is: whoever writes it sees the pipe closed. */
export async function beginning(input: AsyncIterable<Uint8Array>, bytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    read += chunk.length;
    if (read >= bytes) break;
  }
  return Buffer.concat(chunks).subarray(0, bytes).toString();
}

/** The beginning of standard input, or of what is like it. Rejects for a folder, which Node takes for an empty input. */
export async function beginningOfInput(
  input: AsyncIterable<Uint8Array> & { fd: number },
  bytes: number,
): Promise<string> {
  if (fstatSync(input.fd).isDirectory()) throw new Error('EISDIR: it is a folder');
  return beginning(input, bytes);
}
