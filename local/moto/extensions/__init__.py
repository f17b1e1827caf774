"""Operations that moto lacks, one module a service, each with `install()`."""
