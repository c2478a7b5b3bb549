-- Take a run's results away, so that its month can be measured once more.
DELETE FROM standing WHERE run = %(run)s;
DELETE FROM earning WHERE run = %(run)s;
DELETE FROM bonus_total WHERE run = %(run)s;
DELETE FROM unpaid WHERE run = %(run)s;
