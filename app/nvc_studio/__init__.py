"""The studio's window. Uses Qt, and of the engine `nvc_engine.protocol` alone; it never imports torch.

`main` starts it, `engine_client` alone talks to the engine, `models` hear the client, `views` hear the models.
"""
