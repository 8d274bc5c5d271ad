import { useWords } from '../../app/i18n';
import { PathField } from '../../forms/path-field';
import { useQuery } from '../../rpc/use-query';
import classes from './settings.module.css';

interface OwnFolderProps {
  readonly what: 'fixes' | 'playbooks';
  readonly folder: string | null;
  readonly onSave: (folder: string | null) => Promise<void>;
  /** Files in it that are not in use, and why. */
  readonly problems: (options: {
    signal: AbortSignal;
  }) => Promise<readonly { file: string; line: number | null; message: string }[]>;
}

/** Where one's own actions or playbooks are read from, and which of them are not in use because of a mistake. */
export function OwnFolder({ what, folder, onSave, problems: read }: OwnFolderProps) {
  const { t } = useWords();
  const loaded = useQuery(folder === null ? null : `own ${what} ${folder}`, (signal) => read({ signal }));
  const problems = loaded.data ?? [];
  return (
    <div>
      <PathField
        label={t(`settings.${what}Folder`)}
        help={t(`settings.${what}Help`)}
        placeholder=""
        value={folder}
        onSave={onSave}
      />
      {problems.length > 0 && (
        <div role="alert" className={classes.problems}>
          {t('settings.notInUse')}
          <ul>
            {problems.map(({ file, line, message }) => (
              <li key={`${file} ${line} ${message}`}>
                <code>{line === null ? file : `${file}:${line}`}</code> {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
