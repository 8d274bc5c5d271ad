import type { CommandSpec } from '#shared/domain/command';
import type { TapeFacts, TapeLibrary } from '#shared/domain/facts/storage-services';
import type { Message } from '#shared/domain/text';
import { readEach } from '../lib/each';
import { isProblem, problem, readCommand, unparsable } from '../lib/outcome';
import { sudoersLineForAll } from '../lib/sudoers';
import { type CommandOutputs, defineProbe } from '../probe';
import { parseMt, parseMtx, parseScsiList, parseTapeStatistics, type ScsiDevice } from './parse-tape';

/**
 * Tape drives (type 1) and media changers (type 8) as `lsscsi -g` prints them, without needing it. A serial number is read
 * from the page that the kernel keeps, so no drive is asked.
 */
const script = `for d in /sys/class/scsi_device/*/device; do
  [ -r "$d/type" ] && read -r t <"$d/type" || continue
  case $t in 1) k=tape;; 8) k=mediumx;; *) continue;; esac
  a=\${d%/device}; a=\${a##*/} v= m= r= n=- g=- s=
  read -r v <"$d/vendor"; read -r m <"$d/model"; read -r r <"$d/rev"
  for f in "$d"/scsi_tape/nst*[0-9] "$d"/scsi_changer/sch*; do [ -e "$f" ] && n=/dev/\${f##*/}; done
  for f in "$d"/scsi_generic/sg*; do [ -e "$f" ] && g=/dev/\${f##*/}; done
  [ -r "$d/vpd_pg80" ] && s=$(tail -c +5 "$d/vpd_pg80" | tr -dc '[:graph:]')
  printf '[%s]  %-7s %-8s %-16s %-4s  %s  %s  serial=%s\\n' "$a" $k "$v" "$m" "$r" $n $g "$s"
done 2>/dev/null
for f in /sys/class/scsi_tape/nst*[0-9]/stats/*; do [ -r "$f" ] && read -r v <"$f" && echo "$f:$v"; done 2>/dev/null
exit 0`;
const scsi: CommandSpec = { id: 'scsi', argv: ['sh', '-c', script] };
/** The device that does not rewind: /dev/st0 would when it is closed. */
const mt: CommandSpec = {
  id: 'mt',
  argv: ['mt', '-f', '{}', 'status'],
  forEach: '/dev/nst[0-9] /dev/nst[0-9][0-9]',
  privilege: 'root',
  timeoutMs: 15_000,
};
/** The changer's own device, which the kernel's module ch makes. */
const mtx: CommandSpec = {
  id: 'mtx',
  argv: ['mtx', '-f', '{}', 'status'],
  forEach: '/dev/sch[0-9] /dev/sch[0-9][0-9]',
  privilege: 'root',
  timeoutMs: 30_000,
};
/**
 * Without that module a changer has a generic device only, as each disk has one too: which of them it is no pattern tells, so
 * root is not asked for. The group tape may open it.
 */
const genericScript = `for d in /sys/class/scsi_device/*/device; do
  [ -r "$d/type" ] && read -r t <"$d/type" && [ "$t" = 8 ] && [ ! -e "$d/scsi_changer" ] || continue
  for f in "$d"/scsi_generic/sg*; do
    [ -e "$f" ] || continue
    g=/dev/\${f##*/}
    printf '==> %s\\n' "$g"
    if [ -r "$g" ] && [ -w "$g" ]; then mtx -f "$g" status 2>&1; else echo 'not open to this user'; (exit 13); fi
    printf '\\n<== %s\\n' $?
  done
done
exit 0`;
const mtxGeneric: CommandSpec = { id: 'mtx-generic', argv: ['sh', '-c', genericScript], timeoutMs: 30_000 };

export const tapeProbe = defineProbe({
  id: 'tape',
  commands: [scsi, mt, mtx, mtxGeneric],
  sources: { '': 'scsi', 'drives.status': 'mt', 'libraries.inventory': 'mtx|mtx-generic' },
  parse(outputs) {
    const output = readCommand(outputs, scsi);
    if (isProblem(output)) return output;
    const facts = readFacts(output.stdout, outputs);
    if (facts === null) return unparsable(scsi, output);
    const silent = facts.libraries.filter(({ inventory }) => inventory === null);
    const unread = [
      ...(facts.drives.some(({ status }) => status === null) ? [mt] : []),
      ...(silent.some(({ device }) => !isGeneric(device)) ? [mtx] : []),
    ].filter(({ id }) => outputs[id] !== undefined);
    const closed = readEach(outputs[mtxGeneric.id]?.stdout ?? '').filter(({ exitCode }) => exitCode === 13);
    const shut = silent.find(({ device }) => closed.some(({ path }) => path === device));
    const told = unread.map((spec) => readCommand(outputs, spec)).find(isProblem);
    if (!told) return shut ? { state: 'ok', facts, reason: notOpen(shut) } : { state: 'ok', facts };
    return told.state === 'denied'
      ? {
          state: 'ok',
          facts,
          reason: problem('denied', 'denied', {
            tool: unread.map(({ id }) => id).join(', '),
            sudoers: sudoersLineForAll(unread),
          }).reason,
        }
      : { state: 'ok', facts, reason: told.reason };
  },
});

function isGeneric(device: string): boolean {
  return device.startsWith('/dev/sg');
}

function notOpen({ device }: TapeLibrary): Message {
  return problem('denied', 'changerNotOpen', { device }).reason;
}

function readFacts(text: string, outputs: CommandOutputs): TapeFacts | null {
  const rows = text.split('\n');
  const listed = parseScsiList(rows.filter((row) => !row.startsWith('/sys/')).join('\n'));
  const statistics = parseTapeStatistics(text);
  const alone = listed ? null : parseMtx(text);
  if (!listed && !alone && statistics.size === 0 && text.trim() !== '') return null;
  const asked = (spec: CommandSpec) => readEach(outputs[spec.id]?.stdout ?? '');
  const statuses = new Map(asked(mt).map(({ path, output }) => [path, parseMt(output)]));
  const inventories = new Map(
    [...asked(mtx), ...asked(mtxGeneric)].map(({ path, output }) => [path, parseMtx(output)?.inventory ?? null]),
  );
  const drives = (listed ?? [])
    .filter(({ kind }) => kind === 'tape')
    .map((one) => {
      const device = nonRewinding(one);
      return {
        scsiAddress: one.address,
        device,
        vendor: one.vendor,
        model: one.model,
        firmware: one.revision,
        serial: one.serial,
        status: statuses.get(device ?? '') ?? null,
        statistics: statistics.get(device ?? '') ?? null,
      };
    });
  const known = new Set(drives.map(({ device }) => device));
  const unlisted = [...statistics].filter(([device]) => !known.has(device));
  return {
    drives: [
      ...drives,
      ...unlisted.map(([device, counts]) => ({
        scsiAddress: '',
        device,
        vendor: null,
        model: null,
        firmware: null,
        serial: null,
        status: statuses.get(device) ?? null,
        statistics: counts,
      })),
    ],
    libraries: alone
      ? [libraryOf(null, alone.device, alone.inventory)]
      : (listed ?? [])
          .filter(({ kind }) => kind === 'mediumx')
          .map((one) => {
            const device = one.devices[0] ?? '';
            return libraryOf(one, device, inventories.get(device) ?? null);
          }),
  };
}

function nonRewinding({ devices }: ScsiDevice): string | null {
  const device = devices.find((name) => /^\/dev\/n?st\d+$/.test(name));
  return device ? device.replace(/^\/dev\/st/, '/dev/nst') : null;
}

function libraryOf(one: ScsiDevice | null, device: string, inventory: TapeLibrary['inventory']): TapeLibrary {
  return {
    device,
    scsiAddress: one?.address ?? null,
    vendor: one?.vendor ?? null,
    model: one?.model ?? null,
    firmware: one?.revision ?? null,
    serial: one?.serial ?? null,
    inventory,
  };
}
