INSERT INTO kept VALUES (3, 'new')
INSERT INTO kept DEFAULT VALUES
INSERT OR REPLACE INTO kept VALUES (1, 'gone')
INSERT INTO kept SELECT 9, 'x'
INSERT INTO kept VALUES (3, 'new') RETURNING id
INSERT INTO kept VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'x'
REPLACE INTO kept VALUES (1, 'gone')
UPDATE kept SET name = 'changed'
UPDATE kept SET name = (SELECT 'changed') WHERE id IN (SELECT id FROM kept)
UPDATE kept SET name = 'x' FROM (SELECT 1 AS id) AS other WHERE kept.id = other.id
UPDATE kept SET name = 'x' RETURNING *
UPDATE OR IGNORE kept SET id = id + 1
DELETE FROM kept
DELETE FROM kept WHERE id = (SELECT min(id) FROM kept)
DELETE FROM kept RETURNING id
WITH gone AS (SELECT 1) DELETE FROM kept
WITH gone AS (SELECT 1) INSERT INTO kept SELECT 5, 'x'
WITH gone AS (SELECT 1) UPDATE kept SET name = 'x'
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) DELETE FROM kept
DROP TABLE kept
DROP TABLE IF EXISTS kept
DROP VIEW seen
DROP INDEX by_name
DROP TRIGGER noted
CREATE TABLE made (id INTEGER)
CREATE TABLE made AS SELECT * FROM kept
CREATE TABLE IF NOT EXISTS kept (id INTEGER)
CREATE TABLE main.made (id INTEGER)
CREATE TEMP TABLE made (id INTEGER)
CREATE TEMP TABLE made AS SELECT * FROM kept
CREATE TEMPORARY VIEW made AS SELECT 1
CREATE TEMP TRIGGER made AFTER INSERT ON kept BEGIN SELECT 1; END
CREATE VIEW made AS SELECT 1
CREATE INDEX made ON kept (name)
CREATE UNIQUE INDEX made ON kept (id)
CREATE TRIGGER made AFTER DELETE ON kept BEGIN SELECT 1; END
CREATE VIRTUAL TABLE made USING fts5(body)
CREATE VIRTUAL TABLE made USING rtree(id, a, b)
CREATE VIRTUAL TABLE temp.made USING fts5vocab(main, found, row)
ALTER TABLE kept RENAME TO lost
ALTER TABLE kept ADD COLUMN more INTEGER
ALTER TABLE kept RENAME COLUMN name TO label
ALTER TABLE kept DROP COLUMN name
ANALYZE
ANALYZE kept
REINDEX
REINDEX kept
VACUUM
VACUUM main
VACUUM INTO '{folder}/stolen.db'
VACUUM main INTO '{folder}/stolen.db'
VACUUM INTO (SELECT '{folder}/stolen.db')
VACUUM INTO (SELECT '{folder}/' || name FROM kept LIMIT 1)
VACUUM INTO (WITH a AS (SELECT '{folder}/stolen.db') SELECT * FROM a)
VACUUM INTO ('{folder}/' || (SELECT max(name) FROM kept))
VACUUM INTO 'file:{folder}/stolen.db?mode=rwc'
/* SELECT */ VACUUM INTO '{folder}/stolen.db'
-- SELECT 1⏎VACUUM INTO '{folder}/stolen.db'
ATTACH '{folder}/made.db' AS made
ATTACH DATABASE 'file:{folder}/shop.db?mode=rw' AS again
ATTACH 'file:{folder}/shop.db?mode=rwc&vfs=unix-none' AS again
ATTACH (SELECT '{folder}/made.db') AS made
ATTACH ':memory:' AS made
ATTACH '' AS made
ATTACH '/etc/passwd' AS made
ATTACH '{folder}/made.db' AS made KEY (SELECT 'x')
DETACH main
DETACH DATABASE temp
DETACH (SELECT 'main')
BEGIN
BEGIN IMMEDIATE
BEGIN EXCLUSIVE TRANSACTION
COMMIT
END
ROLLBACK
SAVEPOINT a
RELEASE a
ROLLBACK TO a
PRAGMA query_only = 0
PRAGMA main.query_only = OFF
PRAGMA query_only(0)
PRAGMA writable_schema = 1
PRAGMA journal_mode = WAL
PRAGMA journal_mode = OFF
PRAGMA journal_mode(DELETE)
PRAGMA main.journal_mode = PERSIST
PRAGMA locking_mode = EXCLUSIVE
PRAGMA user_version = 7
PRAGMA application_id = 7
PRAGMA schema_version = 99
PRAGMA temp_store_directory = '{folder}'
PRAGMA data_store_directory = '{folder}'
PRAGMA wal_checkpoint(TRUNCATE)
PRAGMA incremental_vacuum(10)
PRAGMA auto_vacuum = FULL
PRAGMA optimize
PRAGMA page_size = 512
PRAGMA mmap_size = 1000000000
PRAGMA hard_heap_limit = 1
PRAGMA soft_heap_limit = 1
PRAGMA trusted_schema = 1
PRAGMA recursive_triggers = 1
PRAGMA foreign_keys = 0
PRAGMA busy_timeout = 600000
PRAGMA cache_size = -100000000
PRAGMA shrink_memory
PRAGMA database_list
PRAGMA table_info(kept)
PRAGMA data_version
PRAGMA integrity_check
PRAGMA function_list
PRAGMA compile_options
SELECT * FROM pragma_query_only
SELECT * FROM pragma_journal_mode('wal')
SELECT * FROM pragma_database_list
SELECT file FROM pragma_database_list
SELECT * FROM pragma_table_info('kept')
SELECT * FROM pragma_writable_schema
SELECT * FROM pragma_user_version(9)
SELECT * FROM PRAGMA_TABLE_INFO('kept')
SELECT * FROM "pragma_database_list"
SELECT * FROM main.pragma_database_list
SELECT * FROM kept WHERE id IN (SELECT seq FROM pragma_database_list)
SELECT 1 WHERE EXISTS (SELECT 1 FROM pragma_wal_checkpoint)
SELECT count(*) FROM pragma_function_list
WITH p AS (SELECT * FROM pragma_database_list) SELECT * FROM p
SELECT sql FROM sqlite_stmt
SELECT count(*) FROM sqlite_stmt
SELECT * FROM SQLITE_STMT
SELECT data FROM sqlite_dbpage
INSERT INTO sqlite_dbpage VALUES (1, x'00')
SELECT * FROM bytecode('SELECT 1')
SELECT * FROM tables_used('SELECT 1')
SELECT load_extension('{folder}/evil.so')
SELECT load_extension('{folder}/evil', 'entry')
SELECT LOAD_EXTENSION('x') FROM kept
SELECT "load_extension"('x')
SELECT id FROM kept ORDER BY load_extension('x')
SELECT id FROM kept WHERE load_extension('x') IS NULL
SELECT id FROM kept GROUP BY id HAVING load_extension('x')
SELECT writefile('{folder}/made', 'x')
SELECT readfile('/etc/passwd')
SELECT edit('x')
SELECT fts3_tokenizer('simple')
SELECT fts3_tokenizer('mine', x'0000000000000000')
SELECT sqlite_log(1, 'x')
SELECT sqlite_compileoption_get(0)
SELECT sqlite_attach('{folder}/made.db', 'made', '')
SELECT sqlite_detach('main')
SELECT sqlite_rename_table('main', 'table', 'kept', '', 0, 0, 0)
SELECT optimize(found) FROM found
INSERT INTO found (found) VALUES ('optimize')
INSERT INTO found (found, rank) VALUES ('merge', 500)
INSERT INTO found (found) VALUES ('rebuild')
INSERT INTO found (found) VALUES ('delete-all')
INSERT INTO found VALUES ('more')
INSERT INTO boxes VALUES (9, 0, 1)
DELETE FROM found
DELETE FROM boxes
UPDATE found SET body = 'x'
DROP TABLE found
UPDATE sqlite_master SET sql = 'x'
UPDATE sqlite_schema SET sql = (SELECT 'x')
INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, 'CREATE TABLE x (y)')
DELETE FROM sqlite_master
DELETE FROM sqlite_sequence
UPDATE sqlite_temp_master SET sql = 'x'
SELECT 1; DELETE FROM kept
SELECT 1;⏎DELETE FROM kept
SELECT 1; ATTACH '{folder}/made.db' AS made
SELECT 1 -- x⏎; DELETE FROM kept
SELECT 1 /* ; */ ; DROP TABLE kept
; DELETE FROM kept
COMMIT; DELETE FROM kept
ROLLBACK; PRAGMA query_only = 0
SELECT 1) ; DELETE FROM kept; --
SELECT 1; VACUUM INTO '{folder}/stolen.db'
SELECT ';'; DELETE FROM kept
EXPLAIN DELETE FROM kept
EXPLAIN SELECT 1
EXPLAIN QUERY PLAN DELETE FROM kept
QUERY PLAN SELECT 1
QUERY PLAN DELETE FROM kept
INTO kept SELECT 1
SELECT * INTO made FROM kept
SELECT 1 INTO OUTFILE '{folder}/made'
COPY kept TO '{folder}/made'
.shell touch {folder}/made
.output {folder}/made
LOAD '{folder}/evil.so'
CALL anything()
GRANT ALL ON kept TO public
SET query_only = 0
(DELETE FROM kept)
((SELECT 1))
SELECT (DELETE FROM kept)
SELECT * FROM (DELETE FROM kept RETURNING id)
WITH a AS (DELETE FROM kept RETURNING id) SELECT * FROM a
WITH a AS (INSERT INTO kept VALUES (4, 'x') RETURNING id) SELECT * FROM a
SELECT * FROM kept; -- ok⏎DELETE FROM kept
/*
--
SELECT zeroblob(2000000000)
SELECT randomblob(1000000000)
SELECT hex(zeroblob(90000000))
SELECT printf('%.*c', 1000000000, 'x')
SELECT replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000)))
SELECT group_concat(hex(zeroblob(1000000))) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
SELECT count(*) FROM found a, found b, kept c, kept d WHERE a.body MATCH 'x' OR (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)
SELECT 'x' LIKE printf('%.*c', 5000, '%')
SELECT body FROM found WHERE found MATCH '"'
SELECT * FROM kept WHERE name GLOB '[[[['
SELECT json_extract('{', '$')
SELECT * FROM json_each('not json')
SELECT abs(-9223372036854775808)
SELECT * FROM boxes WHERE rtreecheck('boxes') = 'x'
SELECT rtreenode(2, x'00')
SELECT last_insert_rowid(), changes(), total_changes()
SELECT * FROM trapped
SELECT body FROM found WHERE found MATCH 'hello' ORDER BY rank
SELECT count(*) FROM boxes WHERE a < 5
SELECT value FROM json_each('[1, 2]')
SELECT name FROM sqlite_master
SELECT * FROM dbstat
