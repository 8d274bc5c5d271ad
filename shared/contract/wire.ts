/** Code points per call, under every engine's limit on arguments. */
const chunkLength = 8192;

/**
 * Teaches oRPC to carry bytes: pass it as `customJsonSerializers` to both the handler and the link. A byte becomes one
 * character, which ports and JSON carry at one byte each for most values; oRPC itself knows Blob alone, whose content can
 * only be read asynchronously.
 */
export const wireSerializers = [
  {
    type: 20,
    condition: (data: unknown): boolean => data instanceof Uint8Array,
    serialize: (data: unknown): string => {
      const bytes = data as Uint8Array;
      let text = '';
      for (let at = 0; at < bytes.length; at += chunkLength) {
        text += String.fromCharCode(...bytes.subarray(at, at + chunkLength));
      }
      return text;
    },
    deserialize: (text: unknown): Uint8Array => {
      if (typeof text !== 'string') throw new TypeError('Bytes must arrive as a string');
      const bytes = new Uint8Array(text.length);
      for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
      return bytes;
    },
  },
];
