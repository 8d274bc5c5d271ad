export interface CsvFormat {
  readonly hasHeader: boolean;
  readonly hasUnits: boolean;
}

/** What `--format=csv,noheader,nounits` asks for; null without `csv`. */
export function csvFormat(format: string | undefined): CsvFormat | null {
  const parts = (format ?? '').split(',').map((part) => part.trim());
  if (!parts.includes('csv')) return null;
  return { hasHeader: !parts.includes('noheader'), hasUnits: !parts.includes('nounits') };
}

export const FORMAT_ERROR =
  '"--format=" switch is missing or has a bad value. Please run \'nvidia-smi -h\' for help.\n';
