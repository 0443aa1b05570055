<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" sourcelanguage="en">
 <context>
  <name>studio</name>
  <message>
   <location filename="../../app/nvc_studio/engine_client.py"></location>
   <source>The engine had stopped and is running again; unfinished encodes continue from their last checkpoint.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_client.py"></location>
   <source>The engine is starting.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_client.py"></location>
   <source>The engine is being started again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_client.py"></location>
   <source>The engine is not running.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_client.py"></location>
   <source>The engine stopped unexpectedly; running encodes continue from their last checkpoint when it is back.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_client.py"></location>
   <source>The engine stopped unexpectedly and is being started again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_client.py"></location>
   <source>The engine keeps stopping and was left alone; its log may say why (engine.log).</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_process.py"></location>
   <source>An engine of another version of the studio ({version}) is running: close that version's windows, let it finish, and try again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_process.py"></location>
   <source>The engine could not be started: {reason}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_process.py"></location>
   <source>What answers in place of the engine is not the engine: restart the computer's session.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_process.py"></location>
   <source>The engine could not be started: {reason}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_process.py"></location>
   <source>its log ({file}) says nothing.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_process.py"></location>
   <source>The engine that runs does not answer: end it and try again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_process.py"></location>
   <source>The engine that runs (process {pid}) does not answer: end it and try again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/engine_process.py"></location>
   <source>The engine did not start within {seconds:.0f} seconds; its log is {file}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Drop a video, a folder of pictures or a .nvc file here,
or press Ctrl+O to open one.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Encode</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <source>Clip</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Live</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Queue</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>&amp;Open the first</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Compare the first &amp;two</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>&amp;Encode all {count} as set</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>{folder} holds {count} clips.</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>{folder} holds a clip.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>A folder of clips</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Queued {count} encodes.</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>&amp;Open another…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>&amp;Close</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>&amp;Forget it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <location filename="../../app/nvc_studio/views/session_keeper.py"></location>
   <source>Cannot open</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Preview, step {step}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Queued {name}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Encodes are running</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Encodes are running or waiting. What shall become of them when the window closes?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>&amp;Keep encoding in the background</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>&amp;Pause and close</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/main_window.py"></location>
   <source>Opening {name} …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>not said</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Sound</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Subtitle</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>unknown</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>full range</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>limited range</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>The file does not say how its colours are coded; {matrix}, {range}, is assumed from its size. Change it here if the picture looks wrong.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Colours: {matrix}, {range}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>full</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>limited</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>variable rate</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>{count} frames</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>{colour} (assumed)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>{rate:.4g} bpp</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>File</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Container</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Codec</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Size</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>Rate</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Length</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Pixels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>{format}, {depth} bit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Colours</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Rotation</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Bytes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Units</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>{count} that decode alone</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Made by</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>Note</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>{size}, pixels {aspect}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>{rate} on average, variable</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/clip_lines.py"></location>
   <source>matrix {matrix}, primaries {primaries}, transfer {transfer}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/compare_set.py"></location>
   <source>nothing at this time</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/compare_set.py"></location>
   <source>low resolution</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/compare_set.py"></location>
   <location filename="../../app/nvc_studio/views/compare_view.py"></location>
   <source>+ {part}/{slow_motion}, interpolated</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/curves.py"></location>
   <source>Loss</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/curves.py"></location>
   <source>Rate (bpp)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/curves.py"></location>
   <source>PSNR (dB)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/curves.py"></location>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Learning rate</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/curves.py"></location>
   <source>Steps per second</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/diagnostics.py"></location>
   <source>not installed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/file_work.py"></location>
   <source>{name} could not be copied to {target}: {reason}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/frame_measures.py"></location>
   <source>Bits</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/frame_measures.py"></location>
   <source>kbit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/frame_measures.py"></location>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>dB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/frames.py"></location>
   <source>{number:.0f} MB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/frames.py"></location>
   <source>There is no shared memory for pictures ({size}: {reason}); close a program.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/frames.py"></location>
   <source>The engine sent a picture of {title} that does not fit; open the clip again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/frames.py"></location>
   <source>Frame {frame} of {title} did not come; move to another frame and back.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/job_verbs.py"></location>
   <source>Waiting</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/job_verbs.py"></location>
   <source>Running</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/job_verbs.py"></location>
   <source>Paused</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/job_verbs.py"></location>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Interrupted</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/job_verbs.py"></location>
   <source>Done</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/job_verbs.py"></location>
   <source>Failed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/job_verbs.py"></location>
   <source>Cancelled</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>Goal</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <source>State</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <source>Progress</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>bpp</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>PSNR-YUV</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <source>Training {codec}: {part}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <source>default quality</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>{rate:.4g} kb/s</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <source>{level:.4g} dB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <source>step {value:.4g}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <location filename="../../app/nvc_studio/views/measure_action.py"></location>
   <source>{rate:.4f} bpp</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <location filename="../../app/nvc_studio/views/measure_action.py"></location>
   <source>PSNR-YUV {level:.2f} dB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <location filename="../../app/nvc_studio/views/measure_action.py"></location>
   <source>MS-SSIM {level:.4f}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/jobs.py"></location>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>{level:.2f} dB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>Parameters</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>Decoding</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>{operations:.3g} kMAC/pixel</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>Memory</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Time</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>{duration} on {device}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>Steps</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>{count} of {width}×{height}</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/planning.py"></location>
   <source>Frames</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/project.py"></location>
   <source>{path} cannot be read: {reason}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/project.py"></location>
   <source>{name} is no project of NVC Studio, or is damaged: {reason}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/project.py"></location>
   <source>{name} is no project that this version of the studio can open.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/queue_edits.py"></location>
   <source>change of {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/queue_edits.py"></location>
   <source>copy of {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/queue_edits.py"></location>
   <source>moving {title} up</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/queue_edits.py"></location>
   <source>moving {title} down</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/queue_edits.py"></location>
   <source>removal of {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/queue_edits.py"></location>
   <source>cancelling {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/queue_edits.py"></location>
   <source>priority of {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/rd.py"></location>
   <source>{minutes:g} min</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/models/rd.py"></location>
   <source>{count} epochs</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/models/rd.py"></location>
   <source>{order}; encoded in {seconds:.0f} s</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/models/viewing.py"></location>
   <source>{count} sources can be compared at a time: the others were left out.</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/models/viewing.py"></location>
   <source>{count} sources can be compared at a time: take one out first.</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/saving.py"></location>
   <source>{name} could not be saved in {folder}: {reason}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/about_dialog.py"></location>
   <source>A desktop studio for neural video compression, under the MIT licence.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/about_dialog.py"></location>
   <source>About NVC Studio</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/about_dialog.py"></location>
   <source>NVC Studio's icon</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/about_dialog.py"></location>
   <location filename="../../app/nvc_studio/views/job_log_dialog.py"></location>
   <source>Copy &amp;diagnostics</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/about_dialog.py"></location>
   <source>Copy versions, the machine, the engine's state and the end of its log, for a report</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/about_dialog.py"></location>
   <location filename="../../app/nvc_studio/views/job_log_dialog.py"></location>
   <source>Copied</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/banner.py"></location>
   <source>Notice</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/banner.py"></location>
   <source>What can be done about it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/banner.py"></location>
   <source>Put the notice away</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/banner.py"></location>
   <source>The engine stopped.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/banner.py"></location>
   <source>&amp;Restart the engine</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>Anchor of the mean differences</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>The curve that the others are compared with</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>Method of the mean differences</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>How the curves run between their points</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>Mean differences</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>Aga&amp;inst</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>Curve</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>BD-rate
− saves</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>BD-{metric}
+ better</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>{curve} has no {metric}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/bd_view.py"></location>
   <source>In brackets: how much of the shorter range both have in common, in %.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/budget_field.py"></location>
   <source>Minutes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/budget_field.py"></location>
   <source>Epochs</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/budget_field.py"></location>
   <source>Unit of the time budget</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/budget_field.py"></location>
   <source>Epochs are passes over the clip</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/budget_field.py"></location>
   <source>Time budget</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/budget_field.py"></location>
   <source>This codec does not train on the clip.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/budget_field.py"></location>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>min</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/codec_form.py"></location>
   <source>&amp;More settings</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/codec_form.py"></location>
   <source>More settings</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>A against {letter}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Play</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>One frame back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>One frame forwards</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>One second back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>One second forwards</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <location filename="../../app/nvc_studio/views/frame_range_field.py"></location>
   <source>First frame</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <location filename="../../app/nvc_studio/views/frame_range_field.py"></location>
   <source>Last frame</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Shuttle backwards</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Shuttle stop</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Shuttle forwards</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Set in point</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Set out point</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Clear in and out</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Loop</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Ping-pong</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Slower</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Faster</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Normal speed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <location filename="../../app/nvc_studio/views/filmstrip.py"></location>
   <source>Filmstrip</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Next worst frame</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Worse frame before</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Next measure of the curves</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Copy frame number and time</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Next way of comparing</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <location filename="../../app/nvc_studio/views/frame_canvas.py"></location>
   <source>{letter} only</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Set the next source against A</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Peek at the other while held</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Flicker</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Flicker slower</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Flicker faster</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Loupe</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Values of the pixel</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Less gain</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>More gain</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Divider left or up</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Divider right or down</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Fit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Actual pixels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Zoom in</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Zoom out</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Full screen</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_actions.py"></location>
   <source>Pause</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>Gain</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>Gain of the difference</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>How much the difference is amplified (Shift+[ less, Shift+] more)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>Source set against A</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>Which source is set against A (N: the next one)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>Changes a second</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>How often the pictures change (Alt+[ slower, Alt+] faster)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>{rate:g} a second</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_bar.py"></location>
   <source>Zoom</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/compare_view.py"></location>
   <location filename="../../app/nvc_studio/views/frame_canvas.py"></location>
   <location filename="../../app/nvc_studio/views/frame_labels.py"></location>
   <location filename="../../app/nvc_studio/views/metric_strip.py"></location>
   <source>frame {frame}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>There is no codec {codec} here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Changing {title} in the queue</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Which codec makes the file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Preset</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Settings that fit together</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Device</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Where the encode computes; auto takes the fastest that is there</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Output file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>A name or a path; {places} are filled in. A name alone stands beside the source.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Choose the output file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Encode &amp;now</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Queue this encode and start it at once</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>&amp;Add to queue</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Queue this encode; it starts when its turn comes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>&amp;Save changes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Have the job in the queue do this instead</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>&amp;Leave as it is</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Change nothing in the queue</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Cop&amp;y as command</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Copy the line that does the same in a terminal</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Co&amp;dec</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>&amp;Preset</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>&amp;Goal</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>&amp;Time</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>F&amp;rames</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Dev&amp;ice</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>&amp;Seed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>&amp;Output</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Cop&amp;y</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Automatic</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>What suits clip, goal, time and device; the plan says which and why.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>Open a clip to encode it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/encode_panel.py"></location>
   <source>The command is on the clipboard.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Lossless video, FFV1 (.&amp;mkv)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Matroska with FFV1 (*.mkv)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Uncompressed, &amp;Y4M (.y4m)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>YUV4MPEG2 (*.y4m)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>&amp;H.264 with sound (.mp4); metrics on it are not the codec's</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>MPEG-4 with H.264 (*.mp4)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Folder of &amp;PNG pictures</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Export video</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Export pictures: the folder in which theirs is made</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Starting …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Cancel</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Progress of the export</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Decoding …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_dialogs.py"></location>
   <source>Decoding … {duration} to go</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>An export is running; wait for it or cancel it first.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>PNG picture (*.png)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>SVG drawing (*.svg)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>PDF page (*.pdf)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>E&amp;xport</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Save .nvc &amp;as…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Decoded &amp;video</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>&amp;RD chart…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>RD numbers as &amp;CSV…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Re&amp;port with BD-rate and charts…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>&amp;Copy as shown</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Export of {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>The report is being written.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>The view is on the clipboard, {position}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Save as</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Export RD chart</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Dots an inch (the chart is {width:.1f} inches wide):</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Resolution of the chart</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Export report: the folder in which its own is made</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Export RD numbers</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <source>Comma separated (*.csv)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/export_menu.py"></location>
   <location filename="../../app/nvc_studio/views/session_keeper.py"></location>
   <source>Saved {path}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/file_questions.py"></location>
   <source>NVC Studio file (*.nvc)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/file_questions.py"></location>
   <source>Figures as CompressAI writes them (*.json)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/file_questions.py"></location>
   <source>All files (*)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/file_questions.py"></location>
   <source>Open</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/file_questions.py"></location>
   <source>Video ({files})</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/file_questions.py"></location>
   <source>Output</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/filmstrip.py"></location>
   <source>Click to go to a frame</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/first_run.py"></location>
   <source>Welcome. This is a sample clip: press Encode now to see a codec learn it, or open a clip of your own.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/first_run.py"></location>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Open…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_canvas.py"></location>
   <source>Nothing to show yet</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_canvas.py"></location>
   <source>Pictures A and B</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_canvas.py"></location>
   <source>Error of {letter} against A</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_canvas.py"></location>
   <source>interpolated</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_canvas.py"></location>
   <source>{mode}. Tab sets A against {letter}, Ctrl+Tab and Shift+Tab leave; V changes how they are compared.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_curves.py"></location>
   <source>Measure of the curves</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_curves.py"></location>
   <source>What the curves show (M: the next)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_curves.py"></location>
   <source>Worst frames</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_curves.py"></location>
   <source>Go to a frame that is worst (W: the next worst, Shift+W back)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_curves.py"></location>
   <source>Frame {frame}   {value}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_curves.py"></location>
   <source>Largest frames</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_loupe.py"></location>
   <source>x {x}  y {y}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_loupe.py"></location>
   <source>{depths} bit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_loupe.py"></location>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source> and </source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>The frame itself is still on its way; try again in a moment.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>Current &amp;frame as PNG</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>Of &amp;{letter}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>Of a&amp;ll sources…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>As &amp;shown…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>{clip}, frame {frame}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>{frame}, interpolated</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>Of &amp;{letter}, {clip}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>Export frame</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_menu.py"></location>
   <source>Export the frame of each source into a folder</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_modes.py"></location>
   <source>Side by side</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_modes.py"></location>
   <source>Split</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_modes.py"></location>
   <source>Split across</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_modes.py"></location>
   <source>A only</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_modes.py"></location>
   <source>B only</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_modes.py"></location>
   <source>Difference</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_modes.py"></location>
   <source>Error map</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_overlays.py"></location>
   <source>Largest error of R, G, B in code values</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_overlays.py"></location>
   <source>{end} and more</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/frame_range_field.py"></location>
   <source>to</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>Kind of goal</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>What the encode aims at</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>Bits per pixel</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>Bitrate</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>File size</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>Quality step</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>kb/s</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>kB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/goal_field.py"></location>
   <source>{low:g} to {high:g}{unit}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>Limited (16–235)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>Full (0–255)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>Colour matrix</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>Read the clip's colours by this matrix instead</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>Colour range</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>Read the clip's code values as this range instead</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>As found</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>M&amp;atrix</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>Ran&amp;ge</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/info_view.py"></location>
   <source>Open a clip to see what it is.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/job_log_dialog.py"></location>
   <source>Log of {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/job_log_dialog.py"></location>
   <source>Nothing has happened to this job yet.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/job_log_dialog.py"></location>
   <source>Log</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/job_log_dialog.py"></location>
   <source>Copy the log, the order, versions and the machine, for a report of a problem</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <location filename="../../app/nvc_studio/views/key_overlay.py"></location>
   <source>Keys</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>Search for an action or a key</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>Actions and their keys</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>Action</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>Key</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>Key of the chosen action</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>&amp;No key</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>As it &amp;came</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>Conflicts</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>&amp;All as they came</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>{key} would run {actions}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/key_editor.py"></location>
   <source>Give one of them another key.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>Job</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>Stage</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>Estimates so far</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>Preview of the encode</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>No encode chosen</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>Start an encode, or choose one in the queue, to watch it here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>The preview of the encode appears here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>{codec} has no preview; its file is compared when it is done.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>Waiting for the first preview.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>A preview is shown during training.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>{stage} ({number} of {stages})</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>step {step} of {steps}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>{speed:.3g} steps/s</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>{duration} so far</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>{duration} to go</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>Measured: {figures}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>loss {loss:.4g}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/live_view.py"></location>
   <source>Estimated: {figures}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/loss_chart.py"></location>
   <source>Quantity over the training steps</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/loss_chart.py"></location>
   <source>What is drawn over the training steps</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/loss_chart.py"></location>
   <source>Training curve</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/loss_chart.py"></location>
   <source>Step</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>As the &amp;system</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Light</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Dark</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Light, high &amp;contrast</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Dark, h&amp;igh contrast</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Open &amp;recent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>E&amp;ncode</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Queue</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Playback</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>A&amp;dd sources…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Take the &amp;last source out</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>&amp;Compare</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Open &amp;folder of pictures…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Open from the clip&amp;board</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Save project…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Quit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;File</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Reset the layout</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;View</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Co&amp;lours</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Keys</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Edit keys…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Open the &amp;sample clip</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;About NVC Studio</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Help</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>There is no file on the clipboard: copy one in your file manager first.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>Open a folder of pictures</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/main_menus.py"></location>
   <source>&amp;Clear</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/measure_action.py"></location>
   <source>&amp;Measure B against A</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/measure_action.py"></location>
   <source>Stop &amp;measuring</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/measure_action.py"></location>
   <source>Measuring {name} … {percent:.0f} %</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/metric_strip.py"></location>
   <source>Quality of each frame</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/metric_strip.py"></location>
   <source>not measured</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/metric_strip.py"></location>
   <source>lossless</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/metric_strip.py"></location>
   <source>{title}, frame {frame}: {values}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/number_fields.py"></location>
   <source>Seed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/number_fields.py"></location>
   <source>The same seed and settings give the same encode on the same machine</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/order_questions.py"></location>
   <source>&amp;Keep both: {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/order_questions.py"></location>
   <source>Another encode in the queue already writes {name}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/order_questions.py"></location>
   <source>{name} exists already.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/order_questions.py"></location>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>&amp;Replace it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/order_questions.py"></location>
   <source>The output exists</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/plan_view.py"></location>
   <source>Estimates</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/questions.py"></location>
   <source>That did not work</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Start</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Start this job now</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Pause</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Pause; the job keeps what it has learned</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Resume</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Go on where the job stopped</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Stop and &amp;keep</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Finish now with the best so far</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Give the encode up</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Re&amp;try</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Start the job from the beginning</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Re&amp;move</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Take the job off the list; its file stays</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Move &amp;up</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Nearer to the front of the queue</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Move &amp;down</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Nearer to the end of the queue</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;High priority</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Before all jobs of less priority</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Normal priority</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Among the others, in their order</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Low priority</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>When nothing else waits</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>No encodes yet. Open a clip, choose a goal and press Encode now.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>What the chosen job says</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Compare with the original</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Compare</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Show the finished file beside its original (Return)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Stop after t&amp;his one</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Finish what runs and start no other job, until this is switched off</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Clust&amp;er…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Spread waiting encodes over a Ray cluster, scene by scene</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Show lo&amp;g…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>What has happened to this job, and diagnostics for a report</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Show in &amp;folder</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Open the folder of the finished file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Edit…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Change what this job is to do, while it has not begun</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Duplicate</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Order the same once more, under another name</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Undo</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Redo</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Stop</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>What to do with the chosen job</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Cancel the encode</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Remove the encode</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Give this encode up? What it has learned so far is thrown away.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>&amp;Give it up</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>&amp;Keep it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Cluster</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/queue_view.py"></location>
   <source>Address of a Ray cluster, such as ray://host:10001 (empty: encode on this machine alone)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>Raw video: {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>Width</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>Height</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>Pixel format</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>Frames per second</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>What that comes to</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>First frame, read like this</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>The first frame appears here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>&amp;Width</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>&amp;Height</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>&amp;Format</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>&amp;Rate</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>Give the rate as a number or a fraction, such as 25 or 30000/1001.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>Another raw file of this folder was read like this; check it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>The file's name tells this; check it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>The file's name does not tell how to read it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>{size} are {count} frames of {each}.</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>{size} are {count} frames of {each}, and {rest} bytes are left over: size or format may be wrong.</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/raw_dialog.py"></location>
   <source>px</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>Rate axis</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>Quality axis</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>More of the chart</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>Published figures, and the whole chart</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>Rate and distortion</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>The measured rate and quality of each encode of this clip appear here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>With &amp;figures of a file: {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>Open published figures</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>&amp;Our figures alone</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>With &amp;published figures: {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>Published figures from a &amp;file…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_chart.py"></location>
   <source>&amp;Whole chart again (double click)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_painting.py"></location>
   <source>A chart is saved as .png, .svg or .pdf, not as {suffix}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/rd_painting.py"></location>
   <source>a file without a suffix</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/scrubber.py"></location>
   <source>Frame</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/scrubber.py"></location>
   <source>Drag to move through the frames</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/session_keeper.py"></location>
   <source>Project of NVC Studio (*{suffix})</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/session_keeper.py"></location>
   <source>The studio ended unexpectedly; {names} is in view again as it was.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/session_keeper.py"></location>
   <source>The studio ended unexpectedly while {names} was in view.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/session_keeper.py"></location>
   <source>&amp;Restore it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/session_keeper.py"></location>
   <source>Save project</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/session_keeper.py"></location>
   <source>What is in view is not kept for after a crash: {reason}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/share_bar.py"></location>
   <source>What the bytes are spent on</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/share_bar.py"></location>
   <source>What the estimated rate is spent on</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/share_bar.py"></location>
   <source>about {rate} bpp</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/status_line.py"></location>
   <source>State of the engine</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/status_line.py"></location>
   <source>What was just done</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/status_line.py"></location>
   <source>Clip in view</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/status_line.py"></location>
   <source>Engine ready</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/status_line.py"></location>
   <source>Engine stopped</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/status_line.py"></location>
   <source>Engine restarting</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/status_line.py"></location>
   <source>Engine starting</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>Co&amp;mpare codecs…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>Encode the clip with several codecs at several rates, and report</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>Stop co&amp;mparing codecs</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>The comparison stops when its encode has left a checkpoint.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>Comparing codecs … {percent:.0f} %</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>The comparison is done</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>&amp;Open the report</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_action.py"></location>
   <source>The comparison was stopped; the same one goes on where it was.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Compare codecs on {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Encodes of each codec</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>BD-rate needs four points or more of each codec</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Rates in bits per pixel</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>each codec chooses; or 0.05, 0.1, 0.2, 0.4</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Bits per pixel that every codec aims at, in place of points that each chooses</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Time budget of each encode that trains</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Folder of files and report</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Choose the folder</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Preset of {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>&amp;Points a codec</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>&amp;Rates (bpp)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>&amp;Time an encode</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Fra&amp;mes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>F&amp;older</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Choose the codecs to compare.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>Give 1 to {most} rates that rise, with commas between them: 0.05, 0.1, 0.2.</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>{count} encodes</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>{duration} of training among them</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>{work}; what has been measured before is not encoded again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/sweep_dialog.py"></location>
   <source>A BD-rate needs four points of each codec.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Speed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Speed of playing ([ slower, ] faster, Backspace normal)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Slow motion</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Slow motion: pictures between the frames, interpolated by the file's network</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Frames only</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>{factor}× interpolated</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Shuttle</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>{pictures}, counted from 0 to {last}</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>{count} pictures, {frames} of them frames and {interpolated} interpolated</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Frame number</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/transport.py"></location>
   <source>Frame on view, counted from 0; type a number to go there</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Presets of NVC Studio (*.json)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Your presets</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Your presets: take one, or keep what is set as one</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>&amp;Save as a preset…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>&amp;Delete</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>&amp;Import…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>&amp;Export all…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>The preset exists</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>You have a preset “{name}” already.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Saved the preset “{name}”.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Save as a preset</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Name of the preset; it keeps codec, settings, goal and time</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Deleted the preset “{name}”.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Import presets</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Took {count} presets from {name}.</source>
   <translation type="unfinished">
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Export presets</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/views/user_presets_button.py"></location>
   <source>Wrote {name}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>B</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>MB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>GB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>TB</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>{seconds} s</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>{minutes} min {seconds:02d} s</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>{hours} h {minutes:02d} min</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../app/nvc_studio/wording.py"></location>
   <source>{rate} fps</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/codec.py"></location>
   <source>A conventional encoder to compare with; it writes an ordinary video file, without audio.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/codec.py"></location>
   <source>CRF</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/codec.py"></location>
   <source>CRF, whole numbers</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <source>Constant</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <source>What a quality means: a rate factor (crf), or the same quantiser for every frame of a kind (qp).</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>Intra period</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <source>Frames from one key frame to the next, at most; 0 takes the encoder's own.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>frames</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <source>Tune</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <source>The metric that the encoder decides by; its default may have the eye in view instead.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <source>Threads</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/conventional/settings.py"></location>
   <source>Fixed, because results may depend on their number.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/codec.py"></location>
   <source>MVC</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/codec.py"></location>
   <source>An E-NeRV network is trained on each scene and becomes the file; best for long, static scenes.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/codec.py"></location>
   <source>Quality step (lambda = 2^((q-24)/6))</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>First features</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>C0, channels of the coarse grid; the file grows with its square.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Least features</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Channels that no stage goes below; costs time, hardly bits.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Token width</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>D, numbers of a token of the transformers.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Time stem</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Hidden width of the time stem.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Time branch</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Width of the branch that modulates the stages.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Feed-forward</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Hidden width of the transformers.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Heads</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Heads of the fusion's attention.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Head width</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Numbers of an attention head.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Code levels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>l of the positional code.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Expansion</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Features behind the first stage over those before it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Reduction</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>By how much each later stage has fewer features.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Strides</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Up-scaling of the stages; auto fits the picture's size.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Fusion</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>What joins space and time: E-NeRV's transformer, or two layers.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Modulation</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>How a frame's time scales the features: by GELU(g), or by 1 + g.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>CRSPE</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Embedding of each frame that goes with the weights: from block means, from whole blocks, or free.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>CRSPE lift</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>How the embedding enters the network: as it is, normalised, or as sines and cosines.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>CRSPE cell</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Pixels along a side of an embedding's block; 0 takes the network's own grid.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>pixels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>FDS weight</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Weight of the loss between spectra; 0 leaves it out.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>FDS norm</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Scaling of the spectra: orthonormal, or none (which weighs them by the root of the pixels).</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>SFCM</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Flow heads in training: plain, with a regularisation map, or with that and its entropy.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Flow teacher</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>What finds the flow of the source: OpenCV's DIS, or RAFT; auto takes RAFT where its weights were imported.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Flow units</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Flow in pixels, or over the largest of the clip.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Flow guard</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>What keeps the regularisation map from becoming zero: nothing, a bias and a penalty on its mean, or the teacher's own confidence in its place.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>TCL</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Contrast between the frames' features in training.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>TCL length</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Frames before a frame that it is held against.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>TCL features</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Fixed filters, or a ResNet-34; auto takes that where its weights were imported.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>TCL centring</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Standardise features over the clip.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>TCL target</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>How like a frame is to be to those before it: by a Gaussian of their distance (PGD), the last one alone, all alike, or as the source's are.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>TCL weight</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Weight of the contrast; 0 balances it to a twentieth of the gradient.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>L1 share</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Share of L1 in the spatial loss; SSIM has the rest.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>SSIM of</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>What SSIM is taken of in training.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Optimiser</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Muon for the matrices, or Adam for all.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Adam's beta</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>First moment of Adam.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Peak of Adam's learning rate.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Schedule</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Learning rate: warm-up and cosine, or less by a tenth in 90 steps.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Coding</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Learned steps, a rate in the loss and entropy coding; or fixed bits after training, as the paper has it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Bits of weights</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Where bits are fixed.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>bits</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Bits of CRSPE</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Precision</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Arithmetic of the network in training: auto takes bfloat16 where the device is made for it, else float32.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>XS</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>About 0.12 M weights: short clips, low rates.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>T</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>About 0.28 M weights.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>S</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>About 0.65 M weights: long clips.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>M</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>About 1.6 M weights: long clips, long budgets.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Paper, 720p</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>The paper's 12.5 M weights for 1280x720, its losses, and 8 bits a weight. For a GPU.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>Paper, 1080p</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/mvc/settings.py"></location>
   <source>The paper's configuration for 1920x1080: 20 M weights. For a GPU.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/codec.py"></location>
   <source>NVRC</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/codec.py"></location>
   <source>A small network is trained on the clip and becomes the file. Slow to encode, quick to decode.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/codec.py"></location>
   <source>Quality step (lambda = 8 * 2^(q/6))</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Structure</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>What a clip becomes: grids of features and a network that is trained on them, or frames that are predicted from each other along their motion; or one of the published networks, NVRC's or HiNeRV's.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Network width</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Channels of the network's last stage.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Blocks</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>ConvNeXt blocks in the last stage.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Hidden over visible channels in a block.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Grid channels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Channels of the finest base grid; coarser levels double them.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Grid levels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Resolutions of the base grid.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Grid period</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Frames that share a time slice of the base grid.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Local channels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Channels of the time-dependent local encoding.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Detail channels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Channels of the fine feature grid; 0 leaves it out.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Detail period</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Frames that share a time slice of the fine grid.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Batch</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Frames in a training step.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Objective</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>6:1:1 errors of Y, U and V, or L1 and MS-SSIM of RGB.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Patch</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Side of the patches that a step renders; 0 takes whole frames.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>samples</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>First width</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Channels of the first stage, halved in each further one; 0 keeps the published ones.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Most blocks</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Most blocks in a stage; 0 keeps all.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Peak, of all parameters.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Model learning rate</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Peak, of the quantiser steps; what only codes learns three times as fast.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Second stage</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Share of Quant-Noise.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>%</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Grid coding</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>The context network, or one normal law a grid.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Grid steps</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>A learned step for each block and channel, or e^-4 everywhere.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Weight coding</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Row and column laws, or one normal law a tensor.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Model coding</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Code the coding models' own parameters, or store them in 16 bits.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Alternate</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Minimise rate and distortion in turns.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Rate from the start</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Minimise the rate in the first stage too.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Method</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>NVRC's training, or HiNeRV's: fit, prune, quantise to a fixed number of bits.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Levels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Bits of a parameter.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>Light</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>For a laptop: about half a kMAC a pixel.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Swift</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Half the size of Light: low rates and short budgets.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Medium</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>A wider network than Light, for about twice its rate.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Thorough</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Four times the size of Light, with a fine feature grid: high rates, long budgets.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Rich</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>For the highest rates and the longest budgets.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>Motion</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/nvrc/settings.py"></location>
   <source>The smallest files by far: frames predicted from each other along their motion. Needs no training.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/codec.py"></location>
   <source>SEVC</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/codec.py"></location>
   <source>Trained networks predict each frame from the ones before, with a small base layer inside.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/codec.py"></location>
   <source>Rate point</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>Profile</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>portable decodes on every machine; fast codes several times as fast, and decodes only where it was made.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>The studio's own, with weights that come with it: for a processor without a GPU.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>S12</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>A twelfth of the published network: the balance of quality and speed.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>S20</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>A twentieth of the published network: the quickest.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>S8</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>An eighth of the published network: better pictures, slower.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>Paper</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <location filename="../../engine/nvc_engine/codecs/sevc/settings.py"></location>
   <source>The network of the paper, with weights that you import. For a GPU.</source>
   <translation type="unfinished"></translation>
  </message>
 </context>
</TS>
