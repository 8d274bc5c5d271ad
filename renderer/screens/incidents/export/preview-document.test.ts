import { describe, expect, it } from 'vitest';
import { previewDocument } from './preview-document';

describe('a report in a frame of ours', () => {
  it('carries our nonce on its styles and leaves its own policy away', () => {
    const html =
      '<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><style>p{}</style></head>';
    expect(previewDocument(html, 'abc')).toBe('<head><meta charset="utf-8"><style nonce="abc">p{}</style></head>');
  });

  it('leaves what a node printed as it was escaped', () => {
    const html = '<pre>&lt;style&gt;body{display:none}&lt;/style&gt;</pre>';
    expect(previewDocument(html, 'abc')).toBe(html);
  });
});
