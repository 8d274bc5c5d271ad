/** Numbered by position, applied in order, never edited once released. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE host (
    id TEXT PRIMARY KEY,
    spec TEXT NOT NULL,
    position INTEGER NOT NULL
  );
  CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);
  -- Credentials the user asked to remember, encrypted by the OS keychain before they get here.
  CREATE TABLE secret (key TEXT PRIMARY KEY, ciphertext BLOB NOT NULL);
  CREATE TABLE evidence (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL,
    probe_id TEXT,
    record TEXT NOT NULL,
    stdout BLOB NOT NULL,
    stderr BLOB NOT NULL,
    at_ms INTEGER NOT NULL
  );
  CREATE INDEX evidence_by_host ON evidence (host_id, at_ms);
  CREATE TABLE probe_result (
    host_id TEXT NOT NULL,
    probe_id TEXT NOT NULL,
    observed_at_ms INTEGER NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (host_id, probe_id, observed_at_ms)
  ) WITHOUT ROWID;
  CREATE TABLE diagnosis_run (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL,
    tree_id TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    run TEXT NOT NULL,
    -- Probe results the walk stands on, so that it can be judged again later.
    basis TEXT NOT NULL
  );
  CREATE INDEX diagnosis_run_by_time ON diagnosis_run (updated_at_ms);
  CREATE TABLE action_run (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at_ms INTEGER NOT NULL,
    run TEXT NOT NULL,
    -- What undo needs: values and files as they were before.
    saved TEXT NOT NULL
  );
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    host_id TEXT,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  );
  CREATE TABLE incident_entry (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incident (id),
    at_ms INTEGER NOT NULL,
    position INTEGER NOT NULL,
    entry TEXT NOT NULL
  );
  CREATE INDEX incident_entry_by_incident ON incident_entry (incident_id, position);
  `,
  // What nodes print is mostly words: a tenth of the bytes for hundreds of nodes with twenty results each.
  'ALTER TABLE evidence ADD COLUMN is_stdout_deflated INTEGER NOT NULL DEFAULT 0',
  // Incidents and the audit log go on to speak of a node that was removed, and reports go on to hide its name.
  'ALTER TABLE host ADD COLUMN is_removed INTEGER NOT NULL DEFAULT 0',
  // Commands that would not die are not started again, by whichever process of Gantry.
  "ALTER TABLE host ADD COLUMN hung TEXT NOT NULL DEFAULT '[]'",
];
