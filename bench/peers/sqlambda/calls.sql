SELECT sum(length(:name || value)) AS n FROM generate_series(1, 100);
