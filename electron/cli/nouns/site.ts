import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type SiteSettings, siteAddressNames, vendorAddresses } from '#shared/domain/site';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import type { Run } from '../run';

interface SetOptions {
  mirror?: string[];
  proxy?: string;
  httpsProxy?: string;
  exclude?: string;
  ca?: string;
  json?: boolean;
}

/** Mirrors, proxy and certificate authority of the site, set once for all nodes. */
export function registerSite(program: Command, run: Run): void {
  const site = program
    .command('site')
    .description('Mirrors, proxy and certificate authority of the site. Actions of setup use them.')
    .addHelpText(
      'after',
      examples(
        'gantry site show',
        'gantry site set --mirror docker=https://mirror.site/docker --mirror pypi=https://mirror.site/pypi/simple',
        'gantry site set --proxy http://proxy.site:3128 --exclude localhost,10.0.0.0/8,.site --ca site-ca.pem',
        'gantry site set --mirror docker= --ca none',
        'gantry playbook apply site-node gpu-07 --yes',
      ),
    );

  site
    .command('show')
    .description('Print what is set, and what nodes use where nothing is.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        await show(context, options.json);
      }),
    );

  site
    .command('set')
    .description('Change what is named; the rest stays. An empty value: the vendor’s address again.')
    .option('--mirror <name=address...>', `addresses: ${siteAddressNames.join(', ')}`)
    .option('--proxy <url>', 'for http, and for https where nothing else is said; none: no proxy')
    .option('--https-proxy <url>', 'for https; none: that for http')
    .option('--exclude <hosts>', 'hosts, domains and networks without proxy, commas between; none: no such')
    .option('--ca <file>', 'PEM file of the site’s certificate authority; none: no such')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: SetOptions) => {
        const client = await context.client();
        const { settings } = await client.site.get();
        const changed = changedSettings(settings, options);
        await client.site.set({ settings: changed });
        await show(context, options.json);
      }),
    );
}

function changedSettings(now: SiteSettings, options: SetOptions): SiteSettings {
  const addresses: Record<string, string> = { ...now.addresses };
  for (const word of options.mirror ?? []) {
    const [name = '', ...rest] = word.split('=');
    const address = rest.join('=');
    if (!word.includes('=')) throw new CliError(`--mirror ${word}: NAME=ADDRESS`);
    if (address === '') delete addresses[name];
    else addresses[name] = address;
  }
  const orNone = (text: string | undefined, before: string | null): string | null =>
    text === undefined ? before : text === 'none' || text === '' ? null : text;
  const { proxy, caPem } = now;
  const excluded = orNone(options.exclude, proxy.noProxy.join(','));
  return {
    addresses,
    proxy: {
      http: orNone(options.proxy, proxy.http),
      https: orNone(options.httpsProxy, proxy.https),
      noProxy: excluded === null ? [] : excluded.split(',').flatMap((one) => one.trim() || []),
    },
    caPem: options.ca === undefined ? caPem : options.ca === 'none' ? null : textOf(options.ca),
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function show(context: CliContext, isJson: boolean | undefined): Promise<void> {
  const shown = await (await context.client()).site.get();
  if (isJson) return context.json(shown);
  const { settings, certificates } = shown;
  const { addresses, proxy } = settings;
  context.table(
    ['NAME', 'ADDRESS', 'OF'],
    siteAddressNames.map((name) => {
      const own = addresses[name];
      return [name, own ?? (vendorAddresses[name] || '-'), own === undefined ? 'vendor' : 'site'];
    }),
  );
  context.print(`\nproxy http ${proxy.http ?? '-'}, https ${proxy.https ?? proxy.http ?? '-'}`);
  context.print(`without proxy ${proxy.noProxy.join(', ') || '-'}`);
  const nowMs = Date.now();
  for (const { subject, fingerprint, validToMs } of certificates) {
    const until = new Date(validToMs).toISOString().slice(0, 10);
    const isOver = validToMs < nowMs;
    context.print(`authority ${subject}\n  SHA-256 ${fingerprint}\n  until ${until}`);
    if (isOver) context.warn(`${subject}: ${context.say({ key: 'site.expired' })}`);
  }
  const isEmpty = Object.keys(addresses).length === 0 && proxy.http === null && proxy.https === null;
  if (isEmpty && certificates.length === 0) context.print(context.say({ key: 'site.nothingSet' }));
}
