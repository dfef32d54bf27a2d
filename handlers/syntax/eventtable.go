package syntax

func (r *reader) checkEventTable(*Statement) {}
