import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlannedStep } from '#shared/domain/action';
import { type BroughtKind, imageFile, installedFolder } from '#shared/domain/playbook/package-set';
import { noSite, siteScope } from '#shared/domain/site';
import { sumsText } from '../offline/read-package-set';
import { readCarriedSet } from './carried-set';
import { type OutsideBasis, outsideNeeds, type PlannedTaking } from './outside-needs';

const words = { en: '', 'zh-CN': '' };
const command = (...argv: string[]): PlannedStep => ({
  ...{ kind: 'command', id: 'x', title: words, argv, commandLine: argv.join(' '), privilege: 'root', onlyIf: null },
});
const step = (actionId: string, plan: Partial<PlannedTaking['plan']>, state: 'ready' | 'later' = 'ready') => ({
  ...{ actionId, state, plan: { isAlreadyDone: false, steps: [], ...plan } },
});
const packages = (...changes: [name: string, after: string | null][]) => ({
  packages: {
    ...{ changes: changes.map(([name, after]) => ({ name, before: null, after })), downloadBytes: 1, diskBytes: 1 },
  },
});
const takes: Record<string, BroughtKind[]> = {
  'time-sync': ['package'],
  'docker-repository': ['file'],
  'triton-server': ['image'],
  'deepspeed-install': ['wheel'],
  'vllm-server': ['image', 'model'],
  'site-python': [],
  'package-components': [],
};
const actions = Object.entries(takes).map(([id, brings]) => ({ id, brings }));
const image = 'nvcr.io/nvidia/tritonserver:25.08-py3';
const nothing = { addresses: [], packages: false, isCarried: false };

function needs(plan: PlannedTaking, files: string[] = [], site: Partial<OutsideBasis['site']> = {}) {
  const steps = [{ actionId: plan.actionId }] as Parameters<typeof outsideNeeds>[0];
  return outsideNeeds(steps, { plan: [plan], files: new Set(files), actions, site: { ...siteScope(noSite), ...site } });
}

it('looks for packages in the carried set by name and version, as apt and dnf write them', () => {
  const plan = step('time-sync', packages(['chrony', '1:4.3-2'], ['ntp', null]));
  const inSet = { ...nothing, isCarried: true };
  expect(needs(plan)).toEqual({ ...nothing, packages: true });
  expect(needs(plan, ['chrony_1.4.3-2_amd64.deb'])).toEqual(inSet);
  expect(needs(plan, ['chrony_4.3-2_amd64.deb'])).toEqual(inSet);
  expect(needs(plan, ['chrony-4.3-2.x86_64.rpm'])).toEqual(inSet);
  expect(needs(plan, ['chrony_1.4.3-1_amd64.deb', 'chrony-doc_1.4.3-2_all.deb'])).toMatchObject({ packages: true });
  expect(
    needs(step('time-sync', packages(['chrony', '4.3'], ['tzdata', '2']), 'later'), ['chrony_4.3_amd64.deb']),
  ).toEqual({ ...nothing, packages: true });
});

it('asks nobody for what is there, and everybody for what is not told yet', () => {
  expect(needs({ ...step('time-sync', packages(['chrony', '4.3'])), state: 'done' })).toEqual(nothing);
  expect(needs({ ...step('time-sync', {}), state: 'left-out' })).toEqual(nothing);
  expect(needs(step('time-sync', { isAlreadyDone: true }, 'later'))).toEqual(nothing);
  expect(needs(step('time-sync', packages()))).toEqual(nothing);
  expect(needs(step('time-sync', {}, 'later'), ['chrony_4.3_amd64.deb'])).toEqual({ ...nothing, packages: true });
  expect(needs({ actionId: 'triton-server', state: 'later', plan: null }, [imageFile(image)])).toMatchObject({
    addresses: ['nvcr'],
  });
});

it('looks for images and single files by their names, and asks the registry only for one that is pulled', () => {
  const brings = [{ kind: 'image' as const, name: image }];
  const pulled = step('triton-server', { brings, steps: [command('docker', 'pull', image)] });
  expect(needs(pulled)).toEqual({ ...nothing, addresses: ['nvcr'] });
  expect(needs(pulled, [imageFile(image)])).toEqual({ ...nothing, isCarried: true });
  const untold = step('triton-server', { brings: [{ kind: 'image', name: null }] }, 'later');
  expect(needs(untold, [imageFile(image)])).toMatchObject({ addresses: ['nvcr'] });
  const key = [{ kind: 'file' as const, name: 'https://x.example/gpg', sha256: null, fingerprints: ['AB', 'CD'] }];
  expect(needs(step('docker-repository', { brings: key }))).toEqual({ ...nothing, addresses: ['docker'] });
  expect(needs(step('docker-repository', { brings: key }), ['files/ab-cd'])).toEqual({ ...nothing, isCarried: true });
});

it('asks what is to be read again, though its key was carried, but not of the set itself', () => {
  const lists = (...argv: string[]) => step('package-components', { steps: [command(...argv)] });
  expect(needs(lists('apt-get', '-o', 'APT::Update::Error-Mode=any', 'update'))).toEqual({
    ...nothing,
    packages: true,
  });
  expect(needs(lists('dnf', '-y', 'makecache', '--repo', 'gantry-packages'))).toEqual(nothing);
  const brings = [{ kind: 'file' as const, name: 'https://x.example/gpg', fingerprints: ['AB'] }];
  const docker = step('docker-repository', { brings, steps: [command('apt-get', 'update')] });
  expect(needs(docker, ['files/ab'])).toMatchObject({ addresses: ['docker'], packages: true });
});

it('knows where pip asks beside the set, that models are never in it, and what the site has set itself', () => {
  const wheel = step('deepspeed-install', { brings: [{ kind: 'wheel', name: 'pip install deepspeed' }] });
  const wheels = ['wheels/deepspeed-0.17-py3-none-any.whl'];
  expect(needs(wheel, wheels).isCarried).toBe(true);
  expect(needs(wheel, wheels, { own: ['pypi'] }).isCarried).toBe(false);
  expect(needs(wheel, wheels, { httpsProxy: 'http://proxy.example' }).isCarried).toBe(false);
  const model = step('vllm-server', { brings: [{ kind: 'model', name: 'm' }] });
  expect(needs(model, [imageFile(image)]).addresses).toContain('huggingFace');
  expect(needs(step('site-python', {})).addresses).toEqual([]);
  expect(needs(step('site-python', {}), [], { own: ['pypi', 'nvcr'] }).addresses).toEqual(['pypi']);
});

it('counts all that a playbook could take where nothing was planned', () => {
  const steps = ['time-sync', 'triton-server'].map((actionId) => ({ actionId })) as Parameters<typeof outsideNeeds>[0];
  const files = new Set([imageFile(image)]);
  expect(outsideNeeds(steps, { plan: null, files, actions, site: siteScope(noSite) })).toEqual({
    ...{ addresses: ['nvcr'], packages: true, isCarried: false },
  });
});

it('reads of a set what was written into it, and of anything else nothing', () => {
  const name = fc.stringMatching(/^[\w.+~-]{1,40}$/);
  const file = fc.tuple(fc.constantFrom('', 'images/', 'wheels/'), name).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.uniqueArray(file), fc.string(), (files, junk) => {
      const sums = sumsText(
        files.map((one) => ({ file: one, sha256: 'a'.repeat(64) })),
        installedFolder,
      );
      const junkLine = junk.replaceAll(/[\r\n]/g, ' ');
      expect([...readCarriedSet(`${junkLine}\n${sums}`)].sort()).toEqual([...files].sort());
      expect(readCarriedSet(`${'a'.repeat(64)}  /srv/${files[0]}\n${junkLine}`).size).toBe(0);
    }),
  );
});
