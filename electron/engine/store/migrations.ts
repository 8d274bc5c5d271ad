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
  // What each node was made of, and where each part has been.
  `
  CREATE TABLE parts_version (
    host_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    -- The newest one whole; of an older one what turns the next newer one into it.
    content BLOB NOT NULL,
    carried TEXT NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (host_id, number)
  );
  CREATE TABLE passport (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    model TEXT,
    -- [[atMs, { counter: value }], ...], oldest first.
    counters TEXT NOT NULL DEFAULT '[]',
    note TEXT NOT NULL DEFAULT '',
    warranty_until TEXT
  );
  CREATE TABLE passport_identity (
    kind TEXT NOT NULL,
    -- In lower case, to be found by.
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    passport_id INTEGER NOT NULL REFERENCES passport (id),
    PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
  CREATE INDEX passport_identity_by_passport ON passport_identity (passport_id);
  CREATE TABLE passport_stay (
    passport_id INTEGER NOT NULL REFERENCES passport (id),
    host_id TEXT NOT NULL,
    slot TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    -- Null: it was there when the node was last looked at.
    to_ms INTEGER,
    PRIMARY KEY (passport_id, host_id, slot, from_ms)
  ) WITHOUT ROWID;
  CREATE INDEX passport_stay_by_host ON passport_stay (host_id, to_ms);
  CREATE TABLE passport_event (
    id INTEGER PRIMARY KEY,
    passport_id INTEGER NOT NULL REFERENCES passport (id),
    host_id TEXT NOT NULL,
    at_ms INTEGER,
    event TEXT NOT NULL
  );
  CREATE INDEX passport_event_by_passport ON passport_event (passport_id, at_ms);
  -- What nodes should be made of, beside what is built in.
  CREATE TABLE profile (id TEXT PRIMARY KEY, saved_at_ms INTEGER NOT NULL, definition TEXT NOT NULL);
  CREATE TABLE profile_assignment (
    host_id TEXT PRIMARY KEY,
    profile_id TEXT NOT NULL,
    -- As of the last look: what the fleet shows. Null: not judged yet.
    differences INTEGER,
    worst TEXT
  );
  `,
  `
  -- What the fleet says of a node's links and software, as of the last look. No row: nothing.
  CREATE TABLE node_judgement (host_id TEXT PRIMARY KEY, judgement TEXT NOT NULL);
  `,
  `
  -- Nodes on which a person lets protection act.
  CREATE TABLE protection_node (
    host_id TEXT PRIMARY KEY,
    mode TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    armed_at_ms INTEGER NOT NULL,
    policy TEXT NOT NULL
  );
  -- The journal: written before a limit is set, closed when the node says that it is back.
  CREATE TABLE protection_limit (
    id INTEGER PRIMARY KEY,
    host_id TEXT NOT NULL,
    gpu_uuid TEXT NOT NULL,
    original_w REAL NOT NULL,
    -- [watts, ...]: everything that was ever asked for, so that what somebody else set is told from it.
    asked_w TEXT NOT NULL,
    engaged_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    lowered_at_ms INTEGER NOT NULL,
    owner_pid INTEGER NOT NULL,
    is_released INTEGER NOT NULL DEFAULT 0,
    ended_at_ms INTEGER,
    end_reason TEXT
  );
  CREATE INDEX protection_limit_by_gpu ON protection_limit (host_id, gpu_uuid);
  CREATE TABLE protection_fleet (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    share_percent REAL NOT NULL,
    tripped_at_ms INTEGER,
    -- The process that acts.
    keeper_pid INTEGER
  );
  INSERT INTO protection_fleet (id, share_percent) VALUES (1, 25);
  `,
  `
  -- One rule for one subject, from pending on; one that never fired is deleted.
  CREATE TABLE alert (
    id INTEGER PRIMARY KEY,
    rule_id TEXT NOT NULL,
    host_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    resolved_ms INTEGER,
    alert TEXT NOT NULL,
    -- Another process than the one that judges may write it.
    acknowledged TEXT
  );
  CREATE INDEX alert_open ON alert (id) WHERE state <> 'resolved';
  CREATE INDEX alert_by_end ON alert (resolved_ms);
  CREATE TABLE silence (
    id INTEGER PRIMARY KEY,
    rule_id TEXT,
    host_id TEXT,
    subject TEXT,
    until_ms INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL
  );
  `,
  `
  -- Where people are told of alerts. No secret is in here.
  CREATE TABLE notification_channel (id TEXT PRIMARY KEY, channel TEXT NOT NULL);
  -- What happened to alerts and is not looked at yet: written together with the alert, whoever writes that.
  CREATE TABLE alert_news (
    id INTEGER PRIMARY KEY,
    alert_id INTEGER NOT NULL,
    to_state TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    not_before_ms INTEGER NOT NULL DEFAULT 0,
    -- On the timeline of an incident, or nothing for one.
    is_noted INTEGER NOT NULL DEFAULT 0
  );
  CREATE TRIGGER alert_fires_at_once AFTER INSERT ON alert WHEN NEW.state = 'firing' BEGIN
    INSERT INTO alert_news (alert_id, to_state, at_ms)
    VALUES (NEW.id, 'firing', coalesce(json_extract(NEW.alert, '$.firedMs'), NEW.since_ms));
  END;
  CREATE TRIGGER alert_fires AFTER UPDATE ON alert WHEN NEW.state = 'firing' AND OLD.state <> 'firing' BEGIN
    INSERT INTO alert_news (alert_id, to_state, at_ms)
    VALUES (NEW.id, 'firing', coalesce(json_extract(NEW.alert, '$.firedMs'), NEW.since_ms));
  END;
  CREATE TRIGGER alert_ends AFTER UPDATE ON alert WHEN NEW.state = 'resolved' AND OLD.state = 'firing' BEGIN
    INSERT INTO alert_news (alert_id, to_state, at_ms) VALUES (NEW.id, 'resolved', NEW.resolved_ms);
  END;
  -- What a channel is to be told, until its alert is over and that was told too.
  CREATE TABLE notification_item (
    channel_id TEXT NOT NULL,
    alert_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    host_id TEXT NOT NULL,
    group_key TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    -- Null: in no message yet.
    message_id INTEGER,
    PRIMARY KEY (channel_id, alert_id, kind)
  ) WITHOUT ROWID;
  CREATE INDEX notification_item_waiting ON notification_item (channel_id, group_key) WHERE message_id IS NULL;
  -- The outbox, and the log of what was delivered.
  CREATE TABLE notification_message (
    id INTEGER PRIMARY KEY,
    channel_id TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    group_key TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    problem TEXT,
    notification TEXT NOT NULL
  );
  CREATE INDEX notification_message_by_channel ON notification_message (channel_id, group_key, made_ms);
  CREATE INDEX notification_message_waiting ON notification_message (channel_id, id) WHERE ended_ms IS NULL;
  -- What an incident is about that alerts opened, and which alerts are in it until they are over.
  CREATE TABLE incident_cause (cause TEXT NOT NULL, incident_id TEXT NOT NULL REFERENCES incident (id));
  CREATE INDEX incident_cause_by_cause ON incident_cause (cause);
  CREATE TABLE alert_incident (alert_id INTEGER PRIMARY KEY, incident_id TEXT NOT NULL REFERENCES incident (id));
  `,
  `
  -- The /metrics of a host that a person named.
  CREATE TABLE metrics_endpoint (host_id TEXT NOT NULL, url TEXT NOT NULL, PRIMARY KEY (host_id, url)) WITHOUT ROWID;
  `,
  `
  -- What lowers a GPU, and so what the numbers of its row are: watts of a power limit, or megahertz of a clock ceiling.
  ALTER TABLE protection_limit ADD COLUMN lever TEXT NOT NULL DEFAULT 'power-limit';
  ALTER TABLE protection_limit RENAME COLUMN original_w TO original;
  ALTER TABLE protection_limit RENAME COLUMN asked_w TO asked;
  `,
  `
  -- A look at nodes with all trees.
  CREATE TABLE scan (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    started_at_ms INTEGER NOT NULL,
    scan TEXT NOT NULL
  );
  -- What came of a node, saved when it is done with.
  CREATE TABLE scan_node (
    scan_id TEXT NOT NULL,
    host_id TEXT NOT NULL,
    node TEXT NOT NULL,
    -- What it was read, to open its walks by.
    basis BLOB NOT NULL,
    is_basis_deflated INTEGER NOT NULL,
    PRIMARY KEY (scan_id, host_id)
  );
  -- Outputs that findings of a scan point at: they stay as long as the scan does.
  CREATE TABLE scan_evidence (
    evidence_id TEXT NOT NULL,
    scan_id TEXT NOT NULL,
    PRIMARY KEY (evidence_id, scan_id)
  ) WITHOUT ROWID;
  CREATE INDEX scan_evidence_by_scan ON scan_evidence (scan_id);
  `,
  `
  -- One action on several nodes, written down before each node, so that a later engine can say how far it came.
  CREATE TABLE rollout (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    started_at_ms INTEGER NOT NULL,
    touched_at_ms INTEGER NOT NULL,
    owner_pid INTEGER NOT NULL,
    rollout TEXT NOT NULL
  );
  -- Work that people do by hand at a node, over hours or days. Its photos are files of the data folder, by their hash.
  CREATE TABLE manual_work (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at_ms INTEGER NOT NULL,
    -- What a change must have been made upon: of two people who change it at the same time one is told.
    revision INTEGER NOT NULL,
    work TEXT NOT NULL,
    saved TEXT NOT NULL
  );
  CREATE INDEX manual_work_by_host ON manual_work (host_id, started_at_ms);
  `,
  `
  -- Trees as runs were walked with them, so that a walk can be made again when the tree has changed.
  CREATE TABLE tree_text (hash TEXT PRIMARY KEY, file TEXT NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
  -- Outputs that a run stands on: they stay as long as the run does.
  CREATE TABLE run_evidence (
    evidence_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (evidence_id, run_id)
  ) WITHOUT ROWID;
  `,
  `
  -- One tree on many nodes at once: which diagnosis runs belong together.
  CREATE TABLE strands (id TEXT PRIMARY KEY, started_at_ms INTEGER NOT NULL, strands TEXT NOT NULL);
  `,
];
