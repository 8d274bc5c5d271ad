import type { CommandSpec } from '#shared/domain/command';
import { linesOf, readJson } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { type RedfishDocument, readDocuments } from './read-documents';

/**
 * A BMC that shows itself to its own node as a USB network card answers Redfish at the other end of it: DMTF's DSP0270,
 * "Redfish host interface". The service root needs no login; for the rest curl takes one from the login's own ~/.netrc, and
 * from nowhere else. The certificate is the BMC's own and can't be checked, but the wire does not leave the machine.
 */
const script = `bmc=
for n in /sys/class/net/*; do
  [ -e "$n/device/driver" ] || continue
  d=$(readlink "$n/device/driver"); i=\${n##*/}
  case \${d##*/} in cdc_ether|cdc_eem|cdc_ncm|cdc_subset|rndis_host) ;; *) continue;; esac
  for a in $(ip -o -4 addr show dev "$i" 2>/dev/null | sed -n 's/.* inet \\([0-9.]*\\).*/\\1/p'); do
    case $a in
      169.254.0.*) bmc=169.254.0.17;; 169.254.1.*) bmc=169.254.1.1;; 169.254.3.*) bmc=169.254.3.254;;
      169.254.95.*) bmc=169.254.95.118;; 16.1.15.*) bmc=16.1.15.1;;
    esac
  done
  [ -n "$bmc" ] || bmc=$(ip -4 neigh show dev "$i" 2>/dev/null | sed -n 's/^\\([0-9.]*\\) .*lladdr.*/\\1/p' | head -n 1)
  [ -z "$bmc" ] || break
done
[ -n "$bmc" ] || { echo 'redfish:none'; exit 0; }
command -v curl >/dev/null 2>&1 || exit 127
echo "redfish:$bmc"
get() { printf '==> %s\\n' "$1"; curl -sk --netrc-optional -m 5 -w '\\n<== %{http_code}\\n' "https://$bmc$1"; }
members() { sed 's/"@odata.id"/\\n&/g' | sed -n 's/^"@odata.id" *: *"\\([^"#]*\\)".*/\\1/p' | grep "^$1/[^/]*$" | head -n $2; }
get /redfish/v1/
for c in Systems Chassis; do
  all=$(get /redfish/v1/$c); printf '%s\\n' "$all"
  case $all in *'<== 200'*) ;; *) continue;; esac
  for m in $(printf '%s\\n' "$all" | members /redfish/v1/$c 8); do
    get "$m"
    [ $c = Systems ] || { get "$m/Power"; get "$m/Thermal"; }
  done
done`;
const walk: CommandSpec = { id: 'redfish', argv: ['sh', '-c', script], timeoutMs: 60_000, lane: 'bmc' };

export const redfishProbe = defineProbe({
  id: 'redfish',
  commands: [walk],
  sources: { '': 'redfish' },
  parse(outputs) {
    const output = readCommand(outputs, walk);
    if (isProblem(output)) return output;
    const text = output.stdout;
    if (/^redfish:none\s*$/m.test(text)) {
      return { state: 'ok', facts: { ...readDocuments([]), access: 'no-interface', address: null } };
    }
    const address = /^redfish:([\d.]{7,15})$/m.exec(text)?.[1] ?? null;
    const documents = address === null ? bare(text) : framed(text);
    const facts = readDocuments(documents);
    const isRefused = documents.some(({ status }) => status === 401 || status === 403);
    const hasMore = documents.some(({ path, body }) => body !== undefined && path !== '/redfish/v1/');
    if (documents.length === 0 || documents.every(({ body }) => body === undefined)) return unparsable(walk, output);
    return { state: 'ok', facts: { ...facts, access: isRefused && !hasMore ? 'needs-account' : 'read', address } };
  },
});

/** `==> /redfish/v1/Chassis/1`, the document, `<== 200`. */
function framed(text: string): RedfishDocument[] {
  return text
    .split(/^==> (?=\/)/m)
    .slice(1)
    .map((part) => {
      const [path = ''] = linesOf(part, 512);
      const status = Number(/^<== (\d{3})\s*$/m.exec(part)?.[1] ?? 0);
      const body = readJson(part.slice(path.length).replace(/^<== \d{3}\s*$/m, ''));
      return { path: path.trim(), status, body: status === 200 ? body : undefined };
    });
}

/** One document as a Redfish service answers it. */
function bare(text: string): RedfishDocument[] {
  if (!text.trimStart().startsWith('{')) return [];
  const body = readJson(text);
  const type = typeof body === 'object' && body !== null && '@odata.type' in body ? body['@odata.type'] : undefined;
  return typeof type === 'string' && type.startsWith('#') ? [{ path: '', status: 200, body }] : [];
}
