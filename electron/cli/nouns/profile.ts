import type { Command } from 'commander';
import type { Finding } from '#shared/domain/finding';
import { attributeWords, unitOf, valueWords } from '#shared/domain/parts/part-words';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { readInput } from '../files';
import type { Run } from '../run';
import { state } from '../table';
import { findIncident } from './incident';

export function registerProfile(program: Command, run: Run): void {
  const profile = program
    .command('profile')
    .description('What nodes should be, and how they differ from it.')
    .addHelpText(
      'after',
      examples(
        'gantry profile from-node gpu-01 "Golden node" && gantry profile assign golden-node gpu-02 gpu-03',
        'gantry profile check gpu-02               # against the one assigned; ends with 1 when it differs',
        'gantry profile check gpu-02 --incident INC-3',
        'gantry profile export golden-node > golden.yaml',
        'gantry profile import golden.yaml --check # what is wrong with it, by line',
        'gantry profile drift                      # what differs among equal systems',
      ),
    );

  profile
    .command('list')
    .description('List profiles, built in and your own.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const client = await context.client();
        const found = await client.profiles.list();
        if (options.json) return context.json(found);
        const names = await client.hosts.names();
        context.table(
          ['PROFILE', 'NAME', 'BUILT IN', 'NODES'],
          found.map(({ id, name, isBuiltIn, hostIds }) => [
            id,
            context.text(name),
            isBuiltIn ? 'yes' : 'no',
            hostIds.map((hostId) => names[hostId] ?? hostId).join(', '),
          ]),
        );
      }),
    );

  profile
    .command('export')
    .description('Print a profile as YAML, or as JSON.')
    .argument('<profile>', 'an id of `gantry profile list`')
    .option('--json', 'print JSON')
    .action(
      run(async (context, profileId: string, options: { json?: boolean }) => {
        const format = options.json ? 'json' : 'yaml';
        context.print((await (await context.client()).profiles.export({ profileId, format })).text.trimEnd());
      }),
    );

  profile
    .command('import')
    .description('Read a profile from a YAML or JSON file; says file and line of what is wrong with it.')
    .argument('<file>')
    .option('--check', 'only look whether anything is wrong')
    .option('--json', 'print JSON')
    .action(
      run(async (context, file: string, options: { check?: boolean; json?: boolean }) => {
        const text = new TextDecoder().decode(await readInput(file));
        const isOnlyChecked = options.check === true;
        const imported = await (await context.client()).profiles.import({ file, text, isOnlyChecked });
        if (imported.problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(imported);
        for (const { line, message } of imported.problems) context.print(`${file}:${line ?? 1}: ${message}`);
        if (imported.profile) context.print(imported.profile.id);
      }),
    );

  profile
    .command('from-node')
    .description('Make a profile from a node that is as it should be. It never holds serial numbers.')
    .argument('<host>', 'name or id')
    .argument('<name>', 'what to call it')
    .option('--json', 'print JSON')
    .action(
      run(async (context, host: string, name: string, options: { json?: boolean }) => {
        const { spec } = await context.host(host);
        const made = await (await context.client()).profiles.fromNode({ hostId: spec.id, name });
        if (options.json) return context.json(made);
        context.print(made.id);
      }),
    );

  profile
    .command('assign')
    .description('Say what nodes should be; the profile `none` takes it back.')
    .argument('<profile>', 'an id of `gantry profile list`, or none')
    .argument('<host...>', 'names or ids')
    .action(
      run(async (context, profileId: string, hosts: string[]) => {
        const client = await context.client();
        for (const name of hosts) {
          const { spec } = await context.host(name);
          await client.profiles.assign({ hostId: spec.id, profileId: profileId === 'none' ? null : profileId });
        }
      }),
    );

  profile
    .command('remove')
    .description('Remove a profile of your own.')
    .argument('<profile>')
    .action(
      run(async (context, profileId: string) => {
        await (await context.client()).profiles.remove({ profileId });
      }),
    );

  profile
    .command('check')
    .description('Compare nodes with their profile, as of the last time each was asked.')
    .argument('<host...>', 'names or ids')
    .option('--profile <profile>', 'this one, whatever is assigned')
    .option('--incident <incident>', 'also freeze the differences into it: id or INC-number')
    .option('--json', 'print JSON')
    .action(
      run(async (context, hosts: string[], options: { profile?: string; incident?: string; json?: boolean }) => {
        const client = await context.client();
        const incident = options.incident === undefined ? null : await findIncident(context, options.incident);
        const checks = [];
        for (const name of hosts) {
          const { spec } = await context.host(name);
          const profileId = options.profile;
          const check = await client.profiles.check({ hostId: spec.id, ...(profileId ? { profileId } : {}) });
          checks.push({ host: spec.name, ...check });
          if (incident && check.profile && check.findings.length > 0) {
            const named = { incidentId: incident.id, hostId: spec.id, profileId: check.profile.id };
            await client.incidents.addProfileCheck(named);
          }
          context.setExitCode(exitCodeOf(check));
        }
        if (options.json) return context.json(checks);
        for (const { host, profile: compared } of checks) {
          if (!compared) context.warn(`${host}: ${context.say({ key: 'incidents.noProfile' })}`);
        }
        context.table(
          ['NODE', 'SEVERITY', 'CODE', 'DIFFERENCE', 'WHERE'],
          checks.flatMap(({ host, findings }) => findings.map((finding) => [host, ...findingCells(context, finding)])),
        );
      }),
    );

  profile
    .command('drift')
    .description('What differs among nodes of the same system type.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const client = await context.client();
        const types = await client.parts.drift();
        if (types.some(({ rows }) => rows.length > 0)) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(types);
        const names = await client.hosts.names();
        context.table(
          ['SYSTEM', 'ATTRIBUTE', 'VALUE', 'NODES'],
          types.flatMap(({ title, rows }) =>
            rows.flatMap(({ kind, model, attribute, values }) =>
              values.map(({ value, hostIds, isMinority }) => [
                title,
                `${model ?? context.say({ key: `parts.kind.${kind}` })}: ${attributeWords(attribute, context.say)}`,
                {
                  text: valueWords(value, unitOf(kind, attribute), context.say),
                  ...(isMinority ? { tone: 'warn' as const } : {}),
                },
                hostIds.map((hostId) => names[hostId] ?? hostId).join(', '),
              ]),
            ),
          ),
        );
      }),
    );
}

/** Nothing to judge by is not the same as nothing wrong. */
function exitCodeOf(check: { profile: unknown; findings: readonly Finding[]; observedAtMs: number | null }) {
  if (check.profile === null || check.observedAtMs === null) return exitCodes.couldNotJudge;
  if (check.findings.some(({ state: health }) => health === 'unknown')) return exitCodes.couldNotJudge;
  return check.findings.length > 0 ? exitCodes.findings : exitCodes.fine;
}

function findingCells(context: CliContext, { severity, code, title, subjects }: Finding) {
  return [state(severity), code, context.text(title), subjects.join(', ')];
}
