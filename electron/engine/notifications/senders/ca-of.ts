import { readFileSync } from 'node:fs';
import { DeliveryError } from './sender';

/** The authority that a server's certificate is signed by. Throws DeliveryError. */
export function caOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new DeliveryError({ key: 'notifications.problem.file', params: { file, detail } });
  }
}
