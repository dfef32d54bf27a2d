-- The keys that may call the API, by their SHA-256: who reads this file learns no key.
--   printf %s "$key" | sha256sum
CREATE TABLE keys (
  hash TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  may_write INTEGER NOT NULL,
  expires INTEGER NOT NULL -- seconds since 1970
);
INSERT INTO keys VALUES
  ('5532e44183f47ed1fc146851b96d585c24da5bd5fe31a885cebc357261ed8f7f', 'ada', 1, unixepoch('2030-01-01')),
  ('808a1d81b5de08d72083995df738947d519d230a20c236003268f0f4b65ee475', 'bob', 0, unixepoch('2030-01-01')),
  ('c8fab31a2dfb22d9ca0982ba68eaa017a4b1c0d9d1c1f5a973b486833c855c98', 'eve', 1, unixepoch('2025-01-01'));
