import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveAsset } from './resolve-asset';

const root = '/opt/gantry/renderer';

describe('resolveAsset', () => {
  it.each([
    ['app://gantry/', `${root}/index.html`],
    ['app://gantry/assets/a%20b.js?x=1#y', `${root}/assets/a b.js`],
    ['app://gantry/../index.html', `${root}/index.html`],
    ['app://gantry/..%2f..%2fsecret', null],
    ['app://gantry/a/..%2f..%2f..%2frenderer-secret', null],
    ['app://gantry/..%5csecret', null],
    ['app://gantry/a%00.js', null],
    ['app://gantry/%zz', null],
    ['not a url', null],
  ])('maps %s', (url, file) => {
    expect(resolveAsset(root, url)).toBe(file);
  });

  it('never leaves its folder', () => {
    const piece = fc.constantFrom('..', '%2e%2e', '/', '%2f', '\\', '%5c', 'a', '.', '%00', '%252e', '?', '//');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const file = resolveAsset(root, `app://gantry/${pieces.join('')}`);
        if (file !== null) expect(path.relative(root, file)).not.toMatch(/^\.\.(\/|$)/);
      }),
    );
  });
});
