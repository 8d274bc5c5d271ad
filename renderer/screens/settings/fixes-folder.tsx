import { useWords } from '../../app/i18n';
import { PathField } from '../../forms/path-field';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import classes from './settings.module.css';

interface FixesFolderProps {
  folder: string | null;
  onSave: (folder: string | null) => Promise<void>;
}

/** Where one's own actions are read from, and which of them are not in use because of a mistake. */
export function FixesFolder({ folder, onSave }: FixesFolderProps) {
  const { t } = useWords();
  const loaded = useQuery(folder === null ? null : `fixes.list ${folder}`, (signal) =>
    engine.fixes.list(undefined, { signal }),
  );
  const problems = loaded.data?.problems ?? [];
  return (
    <div>
      <PathField
        label={t('settings.fixesFolder')}
        help={t('settings.fixesHelp')}
        placeholder=""
        value={folder}
        onSave={onSave}
      />
      {problems.length > 0 && (
        <div role="alert" className={classes.problems}>
          {t('settings.fixesProblems')}
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
