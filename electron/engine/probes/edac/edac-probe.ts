import type { CommandSpec } from '#shared/domain/command';
import type { EdacFacts } from '#shared/domain/facts/platform';
import { integerOf, readPathValues } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

/** HEST is ACPI's table of what the firmware reports errors through: with it a platform without EDAC driver is no surprise. */
const script = `cd /sys/devices/system/edac/mc 2>/dev/null && grep -sH '' mc[0-9]*/mc_name mc[0-9]*/size_mb mc[0-9]*/*_count \\
  mc[0-9]*/seconds_since_reset mc[0-9]*/dimm[0-9]*/dimm_label mc[0-9]*/dimm[0-9]*/dimm_location mc[0-9]*/dimm[0-9]*/size \\
  mc[0-9]*/dimm[0-9]*/dimm_*e_count mc[0-9]*/rank[0-9]*/dimm_label mc[0-9]*/rank[0-9]*/dimm_location \\
  mc[0-9]*/rank[0-9]*/size mc[0-9]*/rank[0-9]*/dimm_*e_count mc[0-9]*/csrow[0-9]*/size_mb mc[0-9]*/csrow[0-9]*/[cu]e_count \\
  mc[0-9]*/csrow[0-9]*/ch[0-9]*_dimm_label mc[0-9]*/csrow[0-9]*/ch[0-9]*_ce_count
[ -e /sys/firmware/acpi/tables/HEST ] && echo 'edac:hest'
echo 'edac:end'`;
const counters: CommandSpec = { id: 'edac', argv: ['sh', '-c', script] };

export const edacProbe = defineProbe({
  id: 'edac',
  commands: [counters],
  sources: { '': 'edac' },
  parse(outputs) {
    const output = readCommand(outputs, counters);
    if (isProblem(output)) return output;
    const isWhole = /^edac:end\s*$/m.test(output.stdout);
    const controllers = readControllers(output.stdout);
    if (controllers.length === 0 && !isWhole) return unparsable(counters, output);
    return {
      state: 'ok',
      facts: { controllers, isFirmwareFirst: isWhole ? /^edac:hest$/m.test(output.stdout) : null },
    };
  },
});

type Controller = EdacFacts['controllers'][number];
type Counted = Controller['modules'][number];

/** `mc0/dimm3/dimm_ce_count:0`; older kernels have chip-select rows with channels in place of modules. */
function readControllers(text: string): Controller[] {
  const values = new Map<string, string>();
  for (const [path, value] of readPathValues(text)) {
    const relative = /(?:^|\/)(mc\d{1,4}\/.{1,80})$/.exec(path)?.[1];
    if (relative !== undefined) values.set(relative, value);
  }
  const names = new Set([...values.keys()].map((path) => path.slice(0, path.indexOf('/'))));
  return [...names].sort(byNumber).flatMap((name) => {
    const count = (file: string) => integerOf(values.get(`${name}/${file}`));
    // Other trees have folders of such names too; only error counters make one of these.
    if (count('ce_count') === null && count('ue_count') === null) return [];
    const mebibytes = count('size_mb');
    return [
      {
        name,
        title: values.get(`${name}/mc_name`) || null,
        sizeBytes: mebibytes === null ? null : mebibytes * 1024 ** 2,
        correctedErrors: count('ce_count'),
        uncorrectedErrors: count('ue_count'),
        correctedUnplaced: count('ce_noinfo_count'),
        uncorrectedUnplaced: count('ue_noinfo_count'),
        secondsSinceReset: count('seconds_since_reset'),
        modules: readModules(name, values),
      },
    ];
  });
}

function readModules(controller: string, values: ReadonlyMap<string, string>): Counted[] {
  const folders = (pattern: RegExp) =>
    [...new Set([...values.keys()].flatMap((path) => pattern.exec(path)?.[1] ?? []))].sort(byNumber);
  const own = (path: string) => values.get(`${controller}/${path}`);
  const bytes = (mebibytes: number | null) => (mebibytes === null ? null : mebibytes * 1024 ** 2);
  const modules = folders(new RegExp(`^${controller}/((?:dimm|rank)\\d{1,4})/`)).map((name) => ({
    name,
    label: own(`${name}/dimm_label`) || null,
    location: own(`${name}/dimm_location`) || null,
    sizeBytes: bytes(integerOf(own(`${name}/size`))),
    correctedErrors: integerOf(own(`${name}/dimm_ce_count`)),
    uncorrectedErrors: integerOf(own(`${name}/dimm_ue_count`)),
  }));
  if (modules.length > 0) return modules;
  return folders(new RegExp(`^${controller}/(csrow\\d{1,4})/`)).map((name) => {
    const labels = [0, 1, 2, 3, 4, 5].flatMap((channel) => own(`${name}/ch${channel}_dimm_label`) || []);
    return {
      name,
      label: labels.join(', ') || null,
      location: null,
      sizeBytes: bytes(integerOf(own(`${name}/size_mb`))),
      correctedErrors: integerOf(own(`${name}/ce_count`)),
      uncorrectedErrors: integerOf(own(`${name}/ue_count`)),
    };
  });
}

function byNumber(one: string, other: string): number {
  return Number(/\d+$/.exec(one)?.[0]) - Number(/\d+$/.exec(other)?.[0]) || one.localeCompare(other);
}
