import { lines, type ToolFiles } from './tool';

interface Source {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
  /** File and number of the entry. */
  readonly entry: string;
  readonly key: string;
}

const noTargets = 'E: The list of sources could not be read.\n';

/**
 * `apt-get indextargets --format`, one line for each component of each suite (apt-get(8)); apt 2.6 leaves the name of a field that it
 * does not have. Entries of one source with different keys are an error.
 */
export function indexTargets(files: ToolFiles | undefined, format: string): { stdout: string; stderr: string } {
  const all = sources(files);
  const keys = new Map<string, string>();
  for (const { uri, suite, key } of all) {
    const before = keys.get(`${uri} ${suite}`);
    if (before !== undefined && before !== key) {
      const conflict = `E: Conflicting values set for option Signed-By regarding source ${uri} ${suite}: ${before} != ${key}\n`;
      return { stdout: '', stderr: conflict + noTargets };
    }
    keys.set(`${uri} ${suite}`, key);
  }
  const rows = all.map(({ uri, suite, component, entry }) => {
    const fields: Readonly<Record<string, string>> = {
      REPO_URI: uri,
      RELEASE: suite,
      COMPONENT: component,
      SOURCESENTRY: entry,
    };
    return format.replace(/\$\((\w+)\)/g, (whole, name: string) => fields[name] ?? whole);
  });
  return { stdout: lines(...rows), stderr: '' };
}

/** sources.list(5): lines of `*.list`, paragraphs of `*.sources`. */
function sources(files: ToolFiles | undefined): Source[] {
  const parts = (files?.list('/etc/apt/sources.list.d') ?? []).sort();
  return ['/etc/apt/sources.list', ...parts].flatMap((path) => {
    const text = files?.read(path) ?? '';
    if (path.endsWith('.sources'))
      return text.split(/\n\s*\n/).flatMap((part, index) => ofParagraph(part, `${path}:${index + 1}`));
    return path.endsWith('.list')
      ? text.split('\n').flatMap((line, index) => ofLine(line, `${path}:${index + 1}`))
      : [];
  });
}

function ofLine(line: string, entry: string): Source[] {
  const [, options = '', uri = '', suite = '', components] =
    /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(\S.*)$/.exec(line.trim()) ?? [];
  const key = /signed-by=(\S+)/.exec(options)?.[1] ?? '';
  return wordsOf(components).map((component) => ({ uri: withSlash(uri), suite, component, entry, key }));
}

function ofParagraph(text: string, entry: string): Source[] {
  const field = (name: string): string => new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const key = field('Signed-By');
  return wordsOf(field('URIs')).flatMap((uri) =>
    wordsOf(field('Suites')).flatMap((suite) =>
      wordsOf(field('Components')).map((component) => ({ uri: withSlash(uri), suite, component, entry, key })),
    ),
  );
}

function wordsOf(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function withSlash(uri: string): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}
