import { createReadStream, fstatSync } from 'node:fs';
import { exitCodes } from './exit-codes';
import { FileError } from './files';

/** The end of an input, and how many bytes came before it. */
export interface Ending {
  readonly bytes: Uint8Array;
  readonly leftOut: number;
}

/** Reads all of an input and keeps its last `most` bytes: memory does not grow with it. */
export async function ending(input: AsyncIterable<Uint8Array>, most: number): Promise<Ending> {
  let chunks: Uint8Array[] = [];
  let [kept, leftOut] = [0, 0];
  const cut = () => {
    const all = Buffer.concat(chunks);
    leftOut += Math.max(0, all.length - most);
    const last = all.subarray(Math.max(0, all.length - most));
    chunks = [last];
    kept = last.length;
  };
  for await (const chunk of input) {
    chunks.push(chunk);
    kept += chunk.length;
    if (kept > 2 * most) cut();
  }
  cut();
  return { bytes: chunks[0] ?? new Uint8Array(), leftOut };
}

/** The end of a file, or of standard input (null). Throws FileError. */
export async function endOf(file: string | null, most: number): Promise<Ending> {
  try {
    if (file !== null) return await ending(createReadStream(file, { highWaterMark: 1024 * 1024 }), most);
    // Node takes a folder for an empty input.
    if (fstatSync(process.stdin.fd).isDirectory()) {
      throw Object.assign(new Error('EISDIR: it is a folder'), { code: 'EISDIR' });
    }
    return await ending(process.stdin, most);
  } catch (error) {
    throw new FileError(error, file ?? '/dev/stdin', exitCodes.usage);
  }
}

/** Text as it was saved: Windows PowerShell writes UTF-16. */
export function decodedText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}
