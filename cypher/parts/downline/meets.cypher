// Whether a standing meets the conditions; one that is null is met by everyone. A figure that a standing lacks is 0.
//
// mode:    fragment
// params:  filter: MAP
// returns: none
// insert:  within, person

(inherits OR <<within>>)
  AND ($filter.overlay IS NULL OR top.keeps[$filter.overlay])
  AND ($filter.levels_from IS NULL OR level >= $filter.levels_from)
  AND ($filter.levels IS NULL OR level <= $filter.levels)
  AND ($filter.active IS NULL OR below.active = $filter.active)
  AND ($filter.statuses IS NULL OR below.status IN $filter.statuses)
  AND ($filter.ranks IS NULL OR below.rank IN $filter.ranks)
  AND all(bounds IN $filter.figures WHERE
    (bounds.least IS NULL OR coalesce(below[bounds.name], 0) >= bounds.least)
    AND (bounds.most IS NULL OR coalesce(below[bounds.name], 0) <= bounds.most))
  AND <<person>>
