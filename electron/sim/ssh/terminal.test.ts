import { describe, expect, it } from 'vitest';
import { createLineEditor, withCarriageReturns } from './terminal';

describe('createLineEditor', () => {
  it('echoes, corrects and sends whole lines', () => {
    const edit = createLineEditor();
    expect(edit(Buffer.from('lz'))).toEqual({ echo: 'lz', lines: '', isInterrupt: false, isEnd: false });
    expect(edit(Buffer.from('\u007fs\r'))).toEqual({
      echo: '\b \bs\r\n',
      lines: 'ls\n',
      isInterrupt: false,
      isEnd: false,
    });
  });

  it('forgets the line on ^C and ends on ^D only when there is none', () => {
    const edit = createLineEditor();
    expect(edit(Buffer.from('abc\u0004'))).toMatchObject({ isEnd: false });
    expect(edit(Buffer.from('\u0003'))).toMatchObject({ isInterrupt: true, lines: '' });
    expect(edit(Buffer.from('\u0004'))).toMatchObject({ isEnd: true });
  });
});

it('withCarriageReturns leaves no bare line end', () => {
  expect(withCarriageReturns(Buffer.from('a\nb\r\n')).toString()).toBe('a\r\nb\r\n');
});
