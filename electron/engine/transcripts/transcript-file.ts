import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type Transcript, transcriptFormat, transcriptSchema } from '#shared/domain/transcript/transcript';
import { sha256 } from '../audit/canonical-json';
import { InvalidError } from '../errors';

/** A run of all trees on the largest node is some MiB; what every probe may print at most stays below this. */
const maxFileBytes = 64 * 1024 * 1024;
const maxTextBytes = 256 * 1024 * 1024;

/** How each file begins that `writeTranscript` wrote, once it is inflated. */
const beginning = '{"format":"gantry-transcript/';

/** A transcript as gzip of its JSON. */
export async function writeTranscript(transcript: Transcript): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await promisify(gzip)(JSON.stringify(transcript)));
}

/** Reads a file that anybody may have made, gzip or plain JSON. Throws InvalidError that says what is wrong with it. */
export async function readTranscript(bytes: Uint8Array): Promise<Transcript> {
  if (bytes.byteLength > maxFileBytes) throw new InvalidError('runs.fileTooLarge', { mib: maxFileBytes / 1024 / 1024 });
  const transcript = parsed(await inflated(bytes));
  const altered = transcript.trees.find((tree) => sha256(tree.text) !== tree.sha256);
  if (altered) throw new InvalidError('runs.treeAltered', { tree: altered.id });
  if (!transcript.trees.some(({ id }) => id === transcript.run.treeId)) {
    throw new InvalidError('runs.fileDamaged', { where: 'trees' });
  }
  return transcript;
}

async function inflated(bytes: Uint8Array): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  try {
    return (await promisify(gunzip)(bytes, { maxOutputLength: maxTextBytes })).toString();
  } catch (error) {
    if (error instanceof RangeError) {
      throw new InvalidError('runs.fileTooLarge', { mib: maxTextBytes / 1024 / 1024 });
    }
    throw new InvalidError('runs.fileNotWhole');
  }
}

function parsed(text: string): Transcript {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidError(text.startsWith(beginning) ? 'runs.fileNotWhole' : 'runs.notATranscript');
  }
  const format = typeof value === 'object' && value !== null && 'format' in value ? String(value.format) : '';
  if (!format.startsWith('gantry-transcript/')) throw new InvalidError('runs.notATranscript');
  if (format !== transcriptFormat) {
    const version =
      typeof value === 'object' && value !== null && 'gantryVersion' in value ? value.gantryVersion : null;
    throw new InvalidError('runs.otherFormat', {
      format: format.slice(0, 60),
      version: typeof version === 'string' ? version.slice(0, 60) : '?',
    });
  }
  const { data, error } = transcriptSchema.safeParse(value);
  if (data) return data;
  throw new InvalidError('runs.fileDamaged', { where: error.issues[0]?.path.join('.').slice(0, 120) ?? '' });
}
