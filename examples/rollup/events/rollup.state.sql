SELECT day, store, orders, total FROM daily ORDER BY day, store;
