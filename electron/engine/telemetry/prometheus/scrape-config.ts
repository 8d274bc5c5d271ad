import { stringify } from 'yaml';

export interface ScrapeTarget {
  /** `127.0.0.1:9977` */
  readonly target: string;
  readonly isTls: boolean;
  /** As the Prometheus server finds it. */
  readonly tokenFile: string | null;
  /** What signed the certificate, where the server's system does not know it. */
  readonly authorityFile: string | null;
  readonly intervalSeconds: number;
}

/** A configuration of Prometheus that scrapes Gantry; its one job goes into any other as it is. */
export function scrapeConfig({ target, isTls, tokenFile, authorityFile, intervalSeconds }: ScrapeTarget): string {
  return stringify({
    scrape_configs: [
      {
        job_name: 'gantry',
        // Gantry speaks for many nodes: `instance` is the node's name, not Gantry's address.
        honor_labels: true,
        scrape_interval: `${intervalSeconds}s`,
        ...(isTls ? { scheme: 'https' } : {}),
        ...(tokenFile === null ? {} : { authorization: { type: 'Bearer', credentials_file: tokenFile } }),
        ...(authorityFile === null ? {} : { tls_config: { ca_file: authorityFile } }),
        static_configs: [{ targets: [target] }],
      },
    ],
  });
}
