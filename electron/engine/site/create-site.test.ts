import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isSiteUrl, noSite, vendorAddresses } from '#shared/domain/site';
import { createAuditLog } from '../audit/audit-log';
import type { InvalidError } from '../errors';
import { openStore } from '../store/open-store';
import { certificatesOf, createSite } from './create-site';

let folder: string;
let store: ReturnType<typeof openStore>;
let site: ReturnType<typeof createSite>;
let audit: ReturnType<typeof createAuditLog>;
let nowMs: () => number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-site-'));
  store = openStore(join(folder, 'gantry.db'), () => 1);
  audit = createAuditLog({ store, nowMs: () => 1, actor: 'me' });
  nowMs = Date.now;
  site = createSite({ store, audit, nowMs: () => nowMs() });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** A certificate made by openssl. */
function certificate(kind: 'authority' | 'server'): { pem: string; key: string } {
  const [pem, key] = [join(folder, `${kind}.pem`), join(folder, `${kind}.key`)];
  const isAuthority = kind === 'authority' ? 'TRUE' : 'FALSE';
  const subject = ['-subj', '/O=Site/CN=Site CA', '-addext', `basicConstraints=critical,CA:${isAuthority}`];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  execFileSync('openssl', [...words, ...subject, '-keyout', key, '-out', pem], { stdio: 'ignore' });
  return { pem: readFileSync(pem, 'utf8'), key: readFileSync(key, 'utf8') };
}

it('keeps addresses, proxy and authority, and gives expressions the vendor’s address where none is set', () => {
  const { pem } = certificate('authority');
  const { certificates } = site.set({
    addresses: { docker: 'https://mirror.site/docker/', nvcr: 'registry.site:5000/nvcr' },
    proxy: { http: 'http://proxy.site:3128', https: null, noProxy: ['localhost', '10.0.0.0/8', '.site'] },
    caPem: `Bag Attributes\n${pem}`,
  });
  expect(certificates).toMatchObject([{ subject: 'O=Site, CN=Site CA', isAuthority: true }]);
  expect(certificates[0]?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(createSite({ store, audit, nowMs }).scope()).toMatchObject({
    docker: 'https://mirror.site/docker',
    nvcr: 'registry.site:5000/nvcr',
    pypi: vendorAddresses.pypi,
    httpsProxy: 'http://proxy.site:3128',
    noProxy: 'localhost,10.0.0.0/8,.site',
    ca: pem,
    own: ['docker', 'nvcr'],
  });
});

it('takes no password, no key, no server’s certificate and nothing that is no address', () => {
  const { key, pem } = certificate('server');
  const tried = (change: object) => () => site.set({ ...noSite, ...change });
  const proxy = (http: string) => ({ proxy: { http, https: null, noProxy: [] } });
  expect(tried(proxy('http://me:hidden@proxy.site:3128'))).toThrow('site.hasPassword');
  expect(tried({ addresses: { pypi: 'https://token@mirror.site' } })).toThrow('site.hasPassword');
  expect(tried({ addresses: { docker: 'mirror.site' } })).toThrow('site.badAddress');
  expect(tried({ addresses: { dockre: 'https://mirror.site' } })).toThrow('site.unknownAddress');
  expect(tried({ caPem: key })).toThrow('site.privateKey');
  expect(tried({ caPem: pem })).toThrow('site.noAuthority');
  expect(tried({ caPem: 'no PEM' })).toThrow('site.noCertificate');
  expect(tried({ caPem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' })).toThrow(
    'site.badCertificate',
  );
  expect(tried({ proxy: null })).toThrow('site.badSetting');
  expect(site.get().settings).toEqual(noSite);
  expect(JSON.stringify(audit.list({ limit: 10 }))).not.toContain('hidden');
});

it('takes no authority that is not valid today, and says from when to when it is', () => {
  const { pem } = certificate('authority');
  const [{ validFromMs, validToMs } = { validFromMs: 0, validToMs: 0 }] = certificatesOf(pem);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const refused = (now: number) => {
    nowMs = () => now;
    try {
      site.set({ ...noSite, caPem: pem });
    } catch (error) {
      const { key, params } = error as InvalidError;
      return [key, params.from, params.to, params.today];
    }
    return null;
  };
  const dates = [day(validFromMs), day(validToMs)];
  expect(refused(validToMs)).toEqual(['site.isExpired', ...dates, day(validToMs)]);
  expect(refused(validFromMs - 1)).toEqual(['site.notYetValid', ...dates, day(validFromMs - 1)]);
  expect(site.get().settings).toEqual(noSite);
  expect(refused(validFromMs)).toBeNull();
});

it('takes no address that could leave the line or the quotes it is written in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      if (isSiteUrl(`https://mirror.site/${text}`)) expect(text).not.toMatch(/['"\\`<>{}|\s\p{C}@]/u);
    }),
  );
});
