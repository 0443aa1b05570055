"""Jobs: the list in SQLite, worker processes, checkpoints, results. Floor 4.

From outside use `store.JobStore` (the one truth), `states` (what may be asked of a job), `runner.WorkerProcess` (a
worker as its parent sees it), `running.JobRun` (what happens inside a worker), `admission` and `opening` (refusing an
order before any work), `lock` (who works on a job, and who keeps it for itself).
"""
