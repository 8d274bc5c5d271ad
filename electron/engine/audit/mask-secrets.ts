import { isSecretName, replaceSecrets } from './secret-patterns';

/** A copy of plain data with every secret in its texts, and every text under a secret's name, as `[hidden]`. */
export function maskSecrets<T>(value: T): T {
  return mask(value) as T;
}

function mask(value: unknown): unknown {
  if (typeof value === 'string') return replaceSecrets(value, () => '[hidden]');
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        typeof member === 'string' && isSecretName(key) ? '[hidden]' : mask(member),
      ]),
    );
  }
  return value;
}
