import { describe, expect, it } from 'vitest';
import { editFile } from './edit-file';

const yaml = (text: string, key = 'max-model-len', value = '8192') => editFile(text, { format: 'yaml', key, value });
const pbtxt = (text: string, value = '{ max_queue_delay_microseconds: 500 }') =>
  editFile(text, { format: 'pbtxt', key: 'dynamic_batching', value });

describe('editing a setting', () => {
  it('changes one line of YAML and keeps all else, comments and line ends too', () => {
    expect(yaml('a: 1\r\nmax-model-len: 131072 # long\r\nb: 2')).toBe('a: 1\r\nmax-model-len: 8192 # long\r\nb: 2');
    expect(yaml('# mine\na: 1')).toBe('# mine\na: 1\nmax-model-len: 8192\n');
    expect(yaml('')).toBe('max-model-len: 8192\n');
    expect(yaml('max-model-len-x: 1\n')).toBe('max-model-len-x: 1\nmax-model-len: 8192\n');
  });

  it('leaves YAML alone where it is not clear what belongs to the setting', () => {
    expect(yaml('max-model-len: 1\nmax-model-len: 2\n')).toBeNull();
    expect(yaml('max-model-len:\n  - 1\n')).toBeNull();
    expect(yaml('max-model-len: |\n  1\n')).toBeNull();
    expect(yaml('{a: 1}\n')).toBeNull();
  });

  it('replaces a message of a protobuf text with all that is in it, and adds one that is not there', () => {
    const before = 'name: "a { b"\ndynamic_batching {\n  preferred_batch_size: [ 4 ] # }\n}\nmax_batch_size: 8\n';
    expect(pbtxt(before)).toBe(
      'name: "a { b"\ndynamic_batching { max_queue_delay_microseconds: 500 }\nmax_batch_size: 8\n',
    );
    expect(pbtxt('max_batch_size: 8')).toBe(
      'max_batch_size: 8\ndynamic_batching { max_queue_delay_microseconds: 500 }\n',
    );
    expect(pbtxt('a { dynamic_batching: 1 }\n')).toContain('a { dynamic_batching: 1 }\ndynamic_batching {');
  });

  it('leaves a protobuf text alone whose brackets or quotes do not match, or that says it twice', () => {
    for (const text of ['a {', 'a }', 'name: "a', 'dynamic_batching { }\ndynamic_batching { }']) {
      expect(pbtxt(text)).toBeNull();
    }
  });
});
