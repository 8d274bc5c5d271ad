import { describe, expect, it } from 'vitest';
import { metricsUrlOf } from './metrics-url';

describe('the address of an endpoint', () => {
  it('is one and the same however it is written', () => {
    expect(metricsUrlOf('8003')).toBe('http://127.0.0.1:8003/metrics');
    expect(metricsUrlOf(' 127.0.0.1:8003 ')).toBe('http://127.0.0.1:8003/metrics');
    expect(metricsUrlOf('http://127.0.0.1:8003/metrics')).toBe('http://127.0.0.1:8003/metrics');
    expect(metricsUrlOf('pod-7:9400/gpu?x=1')).toBe('http://pod-7:9400/gpu?x=1');
    expect(metricsUrlOf('[::1]:8000')).toBe('http://[::1]:8000/metrics');
  });

  it('is none with a scheme, a password or a port that can not be', () => {
    for (const text of [
      '',
      'https://a/metrics',
      'ftp://a',
      'http://a:b@c/metrics',
      '99999',
      'a:0',
      'file:///etc/passwd',
    ])
      expect(metricsUrlOf(text), text).toBeNull();
  });
});
