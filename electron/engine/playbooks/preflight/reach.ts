import type { CommandSpec } from '#shared/domain/command';
import type { SetupReadinessFacts } from '#shared/domain/facts/setup';
import { registryNames, type SiteAddressName, type SiteScope } from '#shared/domain/site';
import { linesOf } from '../../probes/lib/lines';

/** What came of asking one address. `reached`: some HTTP answer, be it a refusal. `untold`: nothing on the node can ask. */
export interface Reached {
  readonly url: string;
  readonly state: 'reached' | 'no-name' | 'no-answer' | 'certificate';
  /** The tool's own words. */
  readonly text: string;
}

/** Asks all at once, so that one which hangs costs its time once. Nothing is fetched: HEAD, or what wget calls a spider. */
const script = `[ -n "$1" ] && export http_proxy="$1"
[ -n "$2" ] && export https_proxy="$2"
[ -n "$3" ] && export no_proxy="$3"
shift 3
if command -v curl >/dev/null 2>&1; then t=curl; elif command -v wget >/dev/null 2>&1; then t=wget; else echo '== none'; exit 0; fi
for u in "$@"; do
  (
    case $t in
    curl) m=$(curl -sS -I -o /dev/null --connect-timeout 6 -m 10 "$u" 2>&1) ; c=$? ;;
    wget) m=$(wget -nv --spider -T 6 -t 1 "$u" 2>&1) ; c=$? ;;
    esac
    printf '== %s\\t%s\\t%s\\t%s\\n' "$t" "$c" "$u" "$(printf %s "$m" | tr '\\n\\t' '  ' | cut -c1-300)"
  ) &
done
wait
echo '== done'`;

export function reachCommand(urls: readonly string[], proxy: Pick<SiteScope, 'httpProxy' | 'httpsProxy' | 'noProxy'>) {
  const { httpProxy, httpsProxy, noProxy } = proxy;
  const argv: CommandSpec['argv'] = ['sh', '-c', script, 'sh', httpProxy, httpsProxy, noProxy, ...urls];
  return { id: 'reach', argv, timeoutMs: 15_000, maxOutputBytes: 64 * 1024 } satisfies CommandSpec;
}

/**
 * Exit codes of curl(1) and wget(1). Null: nothing on the node can ask, or it did not come to its end.
 *
 *     == curl	60	https://download.docker.com/	curl: (60) SSL certificate problem: self-signed certificate in certificate chain
 */
export function readReached(stdout: string): { answers: Reached[]; isWhole: boolean; hasTool: boolean } {
  const answers = linesOf(stdout).flatMap((line): Reached[] => {
    const [, tool, code, url = '', text = ''] = /^== (curl|wget)\t(\d{1,3})\t(\S{1,600})\t(.*)$/.exec(line) ?? [];
    if (tool === undefined) return [];
    // What curl has to say on certificates in general is the same everywhere.
    const said = text.replace(/ More details here: .*/, '').trim();
    return [{ url, text: said, state: tool === 'curl' ? ofCurl(Number(code)) : ofWget(Number(code), text) }];
  });
  return { answers, isWhole: /^== done\s*$/m.test(stdout), hasTool: !/^== none\s*$/m.test(stdout) };
}

function ofCurl(code: number): Reached['state'] {
  if (code === 0) return 'reached';
  if (code === 5 || code === 6) return 'no-name';
  // 51, 60: the peer's certificate; 83: its issuer; 91: its status.
  return [51, 60, 83, 91].includes(code) ? 'certificate' : 'no-answer';
}

function ofWget(code: number, text: string): Reached['state'] {
  // 6: the server wants a login; 8: it answered with an error.
  if (code === 0 || code === 6 || code === 8) return 'reached';
  if (code === 5) return 'certificate';
  return /unable to resolve/.test(text) ? 'no-name' : 'no-answer';
}

/** Where an address is asked whether it is there. A registry of containers has its version there. */
export function addressToAsk(name: SiteAddressName, address: string): string {
  if (!registryNames.includes(name)) return address;
  const host = address.split('/')[0] ?? '';
  return `https://${host === 'docker.io' ? 'registry-1.docker.io' : host}/v2/`;
}

/** The servers of the node's own package sources. Local folders need no network. */
export function serversOf(repositories: SetupReadinessFacts['repositories']): string[] {
  const origins = (repositories ?? []).flatMap(({ url }) =>
    /^https?:/.test(url) && URL.canParse(url) ? [`${new URL(url).origin}/`] : [],
  );
  return [...new Set(origins)];
}
