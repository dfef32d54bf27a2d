-- a table that is only there at run time: what reads it is prepared in each invocation
CREATE TABLE lines (line TEXT);
INSERT INTO lines SELECT value FROM json_each(:lines);
SELECT count(*) AS n, group_concat(line, '') AS all_lines FROM lines WHERE line REGEXP '^[a-m]';
